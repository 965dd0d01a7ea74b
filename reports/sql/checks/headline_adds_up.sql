-- The headline's parts that do not add up to what they are parts of.
SELECT 'labelled' AS "key", max("value") FILTER (WHERE "key" = 'labelled') AS whole,
       sum("value") FILTER (WHERE "key" IN ('flags_both', 'flags_article', 'consistent', 'mixed', 'insufficient',
                                           'heading_differs', 'review')) AS parts
FROM main.headline HAVING whole IS DISTINCT FROM parts
UNION ALL
SELECT 'groups', max("value") FILTER (WHERE "key" = 'groups'),
       (SELECT count(*) FROM main.groups WHERE counted)
FROM main.headline HAVING max("value") FILTER (WHERE "key" = 'groups') <> (SELECT count(*) FROM main.groups WHERE counted)
UNION ALL
SELECT 'flags', sum("value") FILTER (WHERE "key" IN ('flags_both', 'flags_article')),
       (SELECT count(DISTINCT description_id) FROM main.flags WHERE counted)
FROM main.headline
HAVING sum("value") FILTER (WHERE "key" IN ('flags_both', 'flags_article'))
       <> (SELECT count(DISTINCT description_id) FROM main.flags WHERE counted)
