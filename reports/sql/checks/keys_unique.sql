-- A row of which there should be one and are two: a group, a finding, a site's visit or a capture.
SELECT 'group' AS what, run_id, extractor AS version, site_key, group_key AS "key", count(*) AS times
FROM raw.groups GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'finding', run_id, audit_version, site_key, group_key, count(*) FROM raw.findings GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'offering', run_id, extractor, site_key, offering_id, count(*) FROM raw.offerings GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'site visit', run_id, '', site_key, site_key, count(*) FROM raw.site_visits GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'capture', run_id, '', site_key, capture_id, count(*) FROM raw.captures GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'text', '', '', '', text_id::VARCHAR, count(*) FROM raw.texts GROUP BY ALL HAVING count(*) > 1
