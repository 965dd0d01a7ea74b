-- Whose reading of each site is shown: a recheck stands in the place of the published run's reading until the site is
-- visited again. A run carries over the rows of sites that were not due; their visit is the older one then.
INSERT INTO raw.current
WITH visited AS (
    SELECT v.site_key, v.run_id, v.started_at FROM raw.site_visits v JOIN raw.publication USING (run_id)
), listed AS (
    FROM visited
    UNION ALL
    SELECT DISTINCT g.site_key, g.run_id, NULL::TIMESTAMP
    FROM raw.groups g JOIN raw.publication USING (run_id) ANTI JOIN visited v ON v.site_key = g.site_key
), again AS (
    SELECT v.site_key, v.run_id, v.started_at
    FROM raw.site_visits v JOIN raw.runs r USING (run_id) JOIN visited l USING (site_key)
    WHERE r.scope = 'recheck' AND r.state = 'finished' AND v.started_at > l.started_at
)
SELECT site_key, max_by(run_id, coalesce(started_at, TIMESTAMP '1970-01-01'))
FROM (FROM listed UNION ALL FROM again) GROUP BY site_key ORDER BY site_key;
