-- Site visits of one run.
INSERT INTO raw.site_visits
SELECT run_id, site.site_key, site.url, site.politeness_key, site.name, site.organisation, site.provider_type,
       site.region, site.city, site.stratum, site.weight, started_at::TIMESTAMP, ended_at::TIMESTAMP, outcome, reason,
       next_action, requests, pages, bytes, robots, crawl_delay, identity, identity_because, left_unasked, resumed
FROM read_parquet(getvariable('files'), hive_partitioning = false);
