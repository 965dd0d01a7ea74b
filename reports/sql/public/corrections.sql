-- Which flags that were named in public were withdrawn or settled since, and why?
SELECT s.site_key, s.group_key AS group_key, s.state, s.reason, s.recorded_at::DATE AS "day", coalesce(g.name, '') AS name,
       coalesce(g.organisation, s.site_key) AS organisation
FROM (SELECT DISTINCT ON (site_key, group_key) * FROM raw.states WHERE event = 'state'
      ORDER BY site_key, group_key, number DESC) s
LEFT JOIN main.groups g ON g.site_key = s.site_key AND g.group_key = s.group_key
WHERE s.state IN ('withdrawn', 'fixed')
  AND EXISTS (SELECT 1 FROM raw.states p WHERE p.event = 'published' AND p.site_key = s.site_key
              AND p.group_key = s.group_key AND p.number < s.number)
UNION ALL
SELECT c.site_key, c.group_key, 'fixed', 'The page was changed: ' || c."change" || '.', r.started_at::DATE,
       coalesce(nullif(c.name, ''), c.name_before), coalesce(v.organisation, c.site_key)
FROM main.changes c
JOIN raw.runs r USING (run_id)
LEFT JOIN main.sites v ON v.site_key = c.site_key
WHERE c.fixed
  AND EXISTS (SELECT 1 FROM raw.states p WHERE p.event = 'published' AND p.site_key = c.site_key
              AND p.group_key = c.group_key AND p.recorded_at < r.started_at)
  AND NOT EXISTS (SELECT 1 FROM raw.states s WHERE s.event = 'state' AND s.state IN ('withdrawn', 'fixed')
                  AND s.site_key = c.site_key AND s.group_key = c.group_key)
ORDER BY "day", organisation, group_key
