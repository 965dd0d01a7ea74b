-- The changes seen in the run that the report is about, and in the rechecks since.
SELECT c.*, coalesce(s.organisation, c.site_key) AS organisation
FROM main.changes c LEFT JOIN main.sites s USING (site_key)
WHERE c.run_id IN (SELECT run_id FROM raw.publication UNION ALL SELECT run_id FROM raw.current)
ORDER BY organisation, c.site_key, c.change, c.name, c.group_key
