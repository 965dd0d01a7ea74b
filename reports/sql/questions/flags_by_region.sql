-- How many distinct descriptions (a count, not a rate) are described as something else, by region, of how many labelled group therapy?
SELECT region, count(DISTINCT description_id) FILTER (WHERE flagged = 'both') AS by_both_definitions,
       count(DISTINCT description_id) FILTER (WHERE flagged = 'article') AS by_the_article_only,
       count(DISTINCT description_id) AS labelled_group_therapy
FROM groups WHERE counted AND claim IN ('own', 'section') GROUP BY region ORDER BY ALL
