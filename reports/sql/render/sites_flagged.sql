-- The sites that have a flag.
SELECT s.* FROM main.sites s SEMI JOIN main.flags USING (site_key) ORDER BY s.site_key
