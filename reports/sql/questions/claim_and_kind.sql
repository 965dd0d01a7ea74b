-- Who calls groups therapy, and what do they read like?
SELECT claim, kind, count(*) AS groups, count(DISTINCT description_id) AS descriptions
FROM groups WHERE counted GROUP BY claim, kind ORDER BY claim, groups DESC, kind
