-- Captures of one run.
INSERT INTO raw.captures
SELECT run_id, capture_id, site_key, url, final_url, fetched_at::TIMESTAMP, status, media_type, charset, sha256,
       archive_file, archive_offset, title, language, canonical_url, etag, last_modified
FROM read_parquet(getvariable('files'), hive_partitioning = false);
