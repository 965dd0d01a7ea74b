-- Who leads the groups labelled group therapy, as far as pages say, and how are those groups described?
SELECT leader, finding, count(DISTINCT description_id) AS descriptions
FROM groups WHERE counted AND claim IN ('own', 'section') GROUP BY leader, finding
ORDER BY leader, descriptions DESC, finding
