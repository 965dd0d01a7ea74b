-- A counted finding without its group, or without the appearance that it judged.
SELECT f.run_id, f.site_key, f.group_key, f.offering_id
FROM raw.findings f
JOIN raw.runs r ON r.run_id = f.run_id AND r.audit_version = f.audit_version AND r.extractor = f.extractor
LEFT JOIN raw.groups g
  ON g.run_id = f.run_id AND g.extractor = f.extractor AND g.site_key = f.site_key AND g.group_key = f.group_key
LEFT JOIN raw.offerings o
  ON o.run_id = f.run_id AND o.extractor = f.extractor AND o.site_key = f.site_key AND o.offering_id = f.offering_id
WHERE f.run_id > getvariable('kept_until') AND (g.group_key IS NULL OR o.offering_id IS NULL)
