-- How many distinct descriptions are described as something else, by type of provider, of how many labelled group therapy?
SELECT provider_type, count(DISTINCT description_id) FILTER (WHERE flagged = 'both') AS by_both_definitions,
       count(DISTINCT description_id) FILTER (WHERE flagged = 'article') AS by_the_article_only,
       count(DISTINCT description_id) AS labelled_group_therapy
FROM groups WHERE counted AND claim IN ('own', 'section') GROUP BY provider_type ORDER BY ALL
