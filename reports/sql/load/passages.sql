-- Passages of one run and extractor; the text is stored once, by digest.
CREATE OR REPLACE TEMP TABLE loading AS
SELECT *, substr(sha256("text"), 1, 32)::UUID AS text_id FROM read_parquet(getvariable('files'), hive_partitioning = false);

INSERT INTO raw.passages
SELECT run_id, getvariable('version'), site_key, capture_id, url, headings, text_id, about_groups, about FROM loading;

INSERT INTO raw.texts
SELECT DISTINCT ON (text_id) text_id, "text", run_id FROM loading
WHERE text_id NOT IN (SELECT text_id FROM raw.texts);
