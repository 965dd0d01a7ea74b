-- Every site and how completely it was read: what was not read completely first.
SELECT * FROM main.sites ORDER BY outcome IN ('complete', 'imported'), organisation, site_key
