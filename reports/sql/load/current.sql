-- Whose reading of each site is shown: a recheck of a site stands in the place of the published run's reading.
INSERT INTO raw.current
WITH listed AS (
    SELECT site_key, run_id FROM raw.site_visits JOIN raw.publication USING (run_id)
    UNION
    SELECT site_key, run_id FROM raw.groups JOIN raw.publication USING (run_id)
), again AS (
    SELECT v.site_key, v.run_id
    FROM raw.site_visits v JOIN raw.runs r USING (run_id)
    WHERE r.scope = 'recheck' AND r.state = 'finished' AND r.run_id > (SELECT run_id FROM raw.publication)
)
SELECT site_key, max(run_id) FROM (FROM listed UNION ALL (SELECT a.* FROM again a SEMI JOIN listed USING (site_key)))
GROUP BY site_key ORDER BY site_key;
