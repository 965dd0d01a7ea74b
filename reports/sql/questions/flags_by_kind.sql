-- What do the groups that are described as something else read like?
SELECT kind, count(DISTINCT description_id) FILTER (WHERE flagged = 'both') AS by_both_definitions,
       count(DISTINCT description_id) FILTER (WHERE flagged = 'article') AS by_the_article_only
FROM flags WHERE counted GROUP BY kind ORDER BY by_both_definitions + by_the_article_only DESC, kind
