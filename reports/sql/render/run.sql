-- The run that the report is about.
SELECT r.run_id, r.state, r.started_at, r.ended_at, r.extractor, r.audit_version, r.rulebooks,
       (SELECT count(*) FROM raw.visits v WHERE v.run_id = r.run_id) AS addresses
FROM raw.runs r JOIN raw.publication USING (run_id)
