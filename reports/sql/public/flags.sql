-- Which flags may be named, and why may the others not be? Heard for 21 days, confirmed, counted, not settled otherwise.
SELECT f.*, g.title, g."text", o.headings, o.roles, o.facts,
       CASE WHEN f.state IN ('withdrawn', 'fixed', 'suppressed') THEN f.state
            WHEN NOT f.counted OR f.identity <> 'confirmed' THEN 'not in the count'
            WHEN f.letter_sent IS NULL THEN 'not yet heard'
            WHEN f.letter_sent > $today - 21 THEN 'not yet heard'
            ELSE '' END AS kept_back,
       f.fetched_at::DATE < $today - 14 AS stale
FROM main.flags f
JOIN main.groups g ON g.site_key = f.site_key AND g.group_key = f.group_key
JOIN raw.runs r ON r.run_id = g.run_id
JOIN raw.offerings o ON o.run_id = g.run_id AND o.extractor = r.extractor AND o.site_key = g.site_key
                    AND o.offering_id = g.offering_id
ORDER BY f.site_key, f.name, f.group_key
