-- Which findings count for a run: the newest audit of the newest extractor that was audited ("newest" by the time the
-- last segment of that version was written). A run without findings counts its newest extractor.
UPDATE raw.runs SET
    extractor = coalesce((
        SELECT extractor FROM raw.findings
        WHERE run_id = getvariable('run_id')
        GROUP BY extractor ORDER BY list_position(getvariable('extractors'), extractor) DESC NULLS LAST LIMIT 1
    ), list_extract(getvariable('extractors'), -1), '')
WHERE run_id = getvariable('run_id');

UPDATE raw.runs SET
    audit_version = coalesce((
        SELECT audit_version FROM raw.findings f
        WHERE f.run_id = runs.run_id AND f.extractor = runs.extractor
        GROUP BY audit_version ORDER BY list_position(getvariable('audits'), audit_version) DESC NULLS LAST LIMIT 1
    ), '')
WHERE run_id = getvariable('run_id');
