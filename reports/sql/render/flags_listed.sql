-- Every flag as a line of a table, those in the count first.
SELECT * FROM main.flags ORDER BY counted DESC, flagged <> 'both', organisation, name, site_key, group_key
