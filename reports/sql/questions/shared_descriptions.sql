-- Which descriptions stand on several sites (chains, templates), and what do they read like?
SELECT description_id, count(DISTINCT site_key) AS sites, count(*) AS groups, min(name) AS for_instance,
       min(finding) AS finding
FROM groups GROUP BY description_id HAVING count(DISTINCT site_key) > 1 ORDER BY sites DESC, description_id LIMIT 100
