-- Every group, by provider.
SELECT organisation, site_key, group_key, name, scope, claim, kind, finding, flagged, verdict_tip41, confidence, url,
       fetched_at, left("text", 600) AS "text"
FROM main.groups
ORDER BY organisation, site_key, scope, name, group_key
