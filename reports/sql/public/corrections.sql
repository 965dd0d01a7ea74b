-- Which flags that were named in public were withdrawn or settled since, and why?
SELECT s.site_key, s.group_key, s.state, s.reason, s.recorded_at::DATE AS "day", coalesce(g.name, '') AS name,
       coalesce(g.organisation, s.site_key) AS organisation
FROM (SELECT DISTINCT ON (site_key, group_key) * FROM raw.states WHERE event = 'state'
      ORDER BY site_key, group_key, number DESC) s
LEFT JOIN main.groups g ON g.site_key = s.site_key AND g.group_key = s.group_key
WHERE s.state IN ('withdrawn', 'fixed')
  AND EXISTS (SELECT 1 FROM raw.states p WHERE p.event = 'published' AND p.site_key = s.site_key
              AND p.group_key = s.group_key AND p.number < s.number)
ORDER BY "day", organisation, s.group_key
