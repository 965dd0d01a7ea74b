-- Flags that were withdrawn, fixed, disputed or suppressed, with the reason: the last word on each.
SELECT s.site_key, s.group_key, s.state, s.reason, s.recorded_at::DATE AS "day", coalesce(g.name, '') AS name,
       coalesce(g.organisation, s.site_key) AS organisation
FROM (SELECT DISTINCT ON (site_key, group_key) * FROM raw.states WHERE event = 'state'
      ORDER BY site_key, group_key, number DESC) s
LEFT JOIN main.groups g ON g.site_key = s.site_key AND g.group_key = s.group_key
WHERE s.state <> ''
ORDER BY s.recorded_at, s.site_key, s.group_key
