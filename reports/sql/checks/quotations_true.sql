-- A quotation of a counted finding that no archived text holds at its place.
SELECT e.run_id, e.site_key, e.group_key, e.number, e.field, e."start", e."end", left(e.quote, 60) AS quote
FROM raw.evidence e
JOIN raw.runs r ON r.run_id = e.run_id AND r.audit_version = e.audit_version
LEFT JOIN raw.texts t ON t.text_id = e.text_id
WHERE e.run_id > getvariable('kept_until')  -- runs that did not move were checked when they were loaded
  AND (t."text" IS NULL OR substr(t."text", e."start" + 1, e."end" - e."start") IS DISTINCT FROM e.quote)
