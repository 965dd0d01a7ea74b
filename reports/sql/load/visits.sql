-- Visits of one run.
INSERT INTO raw.visits
SELECT run_id, site_key, url, found_on, depth, asked_at::TIMESTAMP, outcome, status, detail, bytes, milliseconds
FROM read_parquet(getvariable('files'), hive_partitioning = false);
