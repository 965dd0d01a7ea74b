-- The changes seen in the run that the report is about.
SELECT c.*, coalesce(s.organisation, c.site_key) AS organisation
FROM main.changes c JOIN raw.publication USING (run_id) LEFT JOIN main.sites s USING (site_key)
ORDER BY organisation, c.site_key, c.change, c.name, c.group_key
