-- Which flags were fixed by their providers, the last time for each?
SELECT site_key, group_key, name_before, name, "change", run_id, url
FROM main.changes WHERE fixed
QUALIFY row_number() OVER (PARTITION BY site_key, group_key ORDER BY run_id DESC) = 1
