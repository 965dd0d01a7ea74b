-- The sites that have a flag.
SELECT DISTINCT site_key FROM main.flags ORDER BY site_key
