-- A flag that the codebook does not allow: no label, too few grounds, an exempt group, therapy, or no words quoted.
SELECT g.site_key, g.group_key, g.name, g.claim, g.kind, g.grounds, g.exempt,
       count(e.number) AS words_for
FROM main.groups g
LEFT JOIN main.evidence e
  ON e.site_key = g.site_key AND e.group_key = g.group_key AND e.stance = 'for' AND e.part = 'kind' AND e.kind = g.kind
WHERE g.flagged <> ''
GROUP BY ALL
HAVING g.claim NOT IN ('own', 'section') OR g.grounds < 2 OR g.exempt
    OR g.kind NOT IN ('support', 'coaching', 'psychoeducation', 'education', 'activity') OR count(e.number) = 0
