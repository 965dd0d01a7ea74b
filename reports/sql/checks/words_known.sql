-- A verdict, claim, kind or scope that the codebook does not know: written by another version?
SELECT DISTINCT 'verdict' AS what, verdict AS word FROM main.groups
WHERE verdict NOT IN ('not_claimed', 'insufficient', 'mixed', 'review', 'consistent', 'heading_differs', 'mislabeled')
UNION ALL
SELECT DISTINCT 'claim', claim FROM main.groups
WHERE claim NOT IN ('own', 'section', 'modality', 'counseling', 'listed', 'none')
UNION ALL
SELECT DISTINCT 'kind', kind FROM main.groups
WHERE kind NOT IN ('therapy', 'support', 'coaching', 'psychoeducation', 'education', 'activity', 'other', 'unclear')
UNION ALL
SELECT DISTINCT 'scope', scope FROM main.groups WHERE scope NOT IN ('group', 'service')
UNION ALL
SELECT DISTINCT 'outcome', outcome FROM raw.site_visits WHERE outcome NOT IN ('complete', 'partial', 'blocked', 'failed')
