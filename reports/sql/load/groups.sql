-- Groups of one run and extractor.
INSERT INTO raw.groups
SELECT run_id, getvariable('version'), site_key, group_key, name, scope, offering_ids, fullest, description_id,
       matched_by
FROM read_parquet(getvariable('files'), hive_partitioning = false);
