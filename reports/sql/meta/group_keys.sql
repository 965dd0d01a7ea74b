-- Every group that was ever seen, newest run first.
SELECT site_key, group_key FROM raw.groups GROUP BY ALL ORDER BY max(run_id) DESC, site_key, group_key
