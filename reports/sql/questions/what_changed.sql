-- What changed in the last run and the rechecks since, and was it the page or was it us?
SELECT change, cause, fixed, name_before, name, verdict_before, verdict, site_key, url
FROM changes WHERE run_id IN (SELECT run_id FROM raw.publication UNION ALL SELECT run_id FROM raw.current)
ORDER BY change, cause, site_key, name
