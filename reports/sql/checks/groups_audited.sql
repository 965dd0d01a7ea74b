-- A group of the published run that was extracted and not judged: the audit has not been through.
SELECT g.site_key, g.group_key, g.name
FROM raw.groups g
JOIN raw.current USING (run_id, site_key)
JOIN raw.runs r ON r.run_id = g.run_id AND r.extractor = g.extractor
LEFT JOIN raw.findings f
  ON f.run_id = r.run_id AND f.audit_version = r.audit_version AND f.extractor = r.extractor
 AND f.site_key = g.site_key AND f.group_key = g.group_key
WHERE f.group_key IS NULL AND r.audit_version <> '' AND r.state = 'finished'
