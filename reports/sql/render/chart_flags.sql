-- Flags by a column of the list; counted by distinct description, as the headline is.
SELECT CASE $slice WHEN 'region' THEN region ELSE provider_type END AS label,
       count(DISTINCT description_id) FILTER (WHERE flagged = 'both') AS "both",
       count(DISTINCT description_id) FILTER (WHERE flagged = 'article') AS article,
       count(DISTINCT description_id) AS labelled
FROM main.groups WHERE counted AND claim IN ('own', 'section')
GROUP BY label HAVING label <> ''
ORDER BY "both" + article DESC, labelled DESC, label
