-- What groups read like, by who calls them therapy; counted by distinct description, as the headline is.
SELECT kind AS label, count(DISTINCT description_id) FILTER (WHERE claim IN ('own', 'section')) AS labelled,
       count(DISTINCT description_id) FILTER (WHERE claim NOT IN ('own', 'section')) AS others
FROM main.groups WHERE counted GROUP BY kind ORDER BY labelled DESC, others DESC, label
