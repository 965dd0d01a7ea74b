-- Which flags were fixed by their providers, and when?
SELECT run_id, site_key, name_before, name, verdict_before, verdict, url
FROM changes WHERE fixed ORDER BY run_id, site_key, name
