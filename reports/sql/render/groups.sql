-- Every group, by provider; where there are more than can be shown, those labelled group therapy.
SELECT organisation, site_key, group_key, name, scope, claim, kind, finding, flagged, verdict_tip41, confidence, url,
       fetched_at, left("text", 600) AS "text"
FROM (SELECT * FROM main.groups
      QUALIFY row_number() OVER (ORDER BY claim NOT IN ('own', 'section'), organisation, site_key, scope, name, group_key)
              <= $shown)
ORDER BY organisation, site_key, scope, name, group_key
