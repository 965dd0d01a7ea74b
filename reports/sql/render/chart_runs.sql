-- Flags of each run, as its counted findings say; counted by distinct description, as the headline is.
WITH seen AS (
    SELECT r.run_id, r.started_at, r.extractor, r.audit_version, f.site_key, f.claim,
           coalesce(nullif(g.description_id, ''), g.group_key) AS description_id,
           coalesce(f.verdicts['opencounseling-2021'], f.verdict) = 'mislabeled' AS flag,
           coalesce(f.verdicts['tip41'], '') = 'mislabeled' AS by_tip41
    FROM raw.runs r
    JOIN raw.findings f ON f.run_id = r.run_id AND f.audit_version = r.audit_version AND f.extractor = r.extractor
    JOIN raw.groups g ON g.run_id = f.run_id AND g.extractor = f.extractor AND g.site_key = f.site_key
                     AND g.group_key = f.group_key
    LEFT JOIN raw.site_visits v ON v.run_id = f.run_id AND v.site_key = f.site_key
    WHERE g.scope = 'group' AND trim(g.name) <> '' AND coalesce(v.identity, 'imported') IN ('confirmed', 'imported')
      AND r.scope = 'list'
), described AS (
    SELECT run_id, started_at, extractor, audit_version, description_id, bool_or(flag AND by_tip41) AS by_both,
           bool_or(flag) AS flag, bool_or(claim IN ('own', 'section')) AS labelled
    FROM seen GROUP BY ALL
)
SELECT run_id AS label, started_at::DATE AS "day", count(*) FILTER (WHERE by_both) AS "both",
       count(*) FILTER (WHERE flag AND NOT by_both) AS article, count(*) FILTER (WHERE labelled) AS labelled,
       extractor, audit_version
FROM described GROUP BY ALL ORDER BY label
