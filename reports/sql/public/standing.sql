-- Every flag with the pages that it stands on: the one that was judged first, then the claim's and the other appearances'.
WITH standing AS (
    SELECT o.site_key, o.group_key, list(o.url ORDER BY o.offering_id <> f.claim_from, o.url) AS urls
    FROM main.flags m
    JOIN raw.current c USING (site_key)
    JOIN raw.runs r USING (run_id)
    JOIN raw.findings f ON f.run_id = r.run_id AND f.audit_version = r.audit_version AND f.extractor = r.extractor
                       AND f.site_key = m.site_key AND f.group_key = m.group_key
    JOIN raw.offerings o ON o.run_id = r.run_id AND o.extractor = r.extractor AND o.site_key = m.site_key
                        AND o.group_key = m.group_key
    GROUP BY o.site_key, o.group_key
)
SELECT g.site_key, g.group_key, g.run_id, g.name, g."text", coalesce(g.sha256, '') AS sha256, g.fetched_at,
       list_concat([g.url], s.urls) AS urls
FROM main.groups g JOIN standing s USING (site_key, group_key)
ORDER BY g.site_key, g.group_key
