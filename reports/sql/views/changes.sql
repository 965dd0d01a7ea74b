-- What changed from one visit of a site to the next, and was it the page or was it us?
-- One row per group and run in which something about it changed; a site seen for the first time has none.
--
-- run_id: run in which the change was seen
-- before_run_id: run that it is compared with: the group's last sighting (for new: the site's last complete reading)
-- site_key: site
-- group_key: group
-- change: new, gone (the site was read completely without it), not_seen (the site was not), reopened (was gone, is back), relabelled (name, claim or own label), reworded (description) or rejudged (finding only)
-- cause: page, extractor, criteria or rulebook; joined by + where several moved; "page or extractor" where both moved at once and they cannot be told apart
-- fixed: was described as something else, is so no more, and its page is why
-- moved: stands at another address than before
-- name_before: its name before
-- name: its name; empty where it is gone or not seen
-- verdict_before: verdict by the article's definition before
-- verdict: verdict now; empty where it is gone or not seen
-- flagged_before: both, article or empty, before
-- flagged: both, article or empty, now
-- url: page, or the last one known
CREATE TABLE main.changes AS
WITH read_again AS MATERIALIZED (
    SELECT v.run_id, v.site_key, v.started_at
    FROM raw.site_visits v JOIN raw.runs r USING (run_id) WHERE r.scope = 'recheck' AND r.state = 'finished'
), carried AS (
    -- Rows that a run carried over from before a recheck say nothing new: the page was read again since.
    SELECT DISTINCT v.run_id, v.site_key
    FROM raw.site_visits v JOIN read_again a ON a.site_key = v.site_key AND a.run_id < v.run_id AND a.started_at > v.started_at
), stops AS (
    SELECT run_id, site_key, outcome = 'complete' AS complete FROM raw.site_visits
    UNION ALL
    SELECT DISTINCT g.run_id, g.site_key, true
    FROM raw.groups g ANTI JOIN raw.site_visits v USING (run_id, site_key)
), visited AS (
    SELECT s.run_id, s.site_key, s.complete, r.extractor, r.audit_version,
           row_number() OVER site AS visit,
           count(*) FILTER (WHERE s.complete) OVER site AS complete_so_far,
           max(CASE WHEN s.complete THEN s.run_id END) OVER (site ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
               AS complete_before,
           lead(s.run_id) OVER site AS next_run, lead(s.complete) OVER site AS next_complete,
           min(CASE WHEN s.complete THEN s.run_id END) OVER (site ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
               AS complete_after
    FROM stops s JOIN raw.runs r USING (run_id) ANTI JOIN carried c ON c.run_id = s.run_id AND c.site_key = s.site_key
    WHERE r.scope <> 'recheck' OR r.state = 'finished'
    WINDOW site AS (PARTITION BY s.site_key ORDER BY s.run_id)
), last_seen AS (
    SELECT f.site_key, f.group_key, max(f.run_id) AS run_id
    FROM raw.findings f
    JOIN visited v ON v.run_id = f.run_id AND v.site_key = f.site_key AND v.audit_version = f.audit_version
                  AND v.extractor = f.extractor
    WHERE f.run_id <= getvariable('kept_until')
    GROUP BY f.site_key, f.group_key
), candidates AS (
    -- A publication that goes on from the last one needs of the runs before only each group's last sighting.
    SELECT * FROM raw.findings WHERE run_id > getvariable('kept_until')
    UNION ALL
    SELECT f.* FROM raw.findings f SEMI JOIN last_seen USING (site_key, group_key, run_id)
), stood AS MATERIALIZED (
    -- The joins below hold what they look up in memory: of every run, it would be more with each.
    SELECT DISTINCT run_id, site_key FROM candidates
), named AS MATERIALIZED (
    SELECT run_id, site_key, extractor, group_key, name FROM raw.groups SEMI JOIN stood USING (run_id, site_key)
), offered AS MATERIALIZED (
    SELECT o.run_id, o.site_key, o.extractor, o.offering_id, o.url, o.text_id, c.sha256
    FROM raw.offerings o SEMI JOIN stood USING (run_id, site_key)
    LEFT JOIN (FROM raw.captures SEMI JOIN stood USING (run_id, site_key)) c
      ON c.run_id = o.run_id AND c.site_key = o.site_key AND c.capture_id = o.capture_id
), sighted AS (
    SELECT v.*, f.group_key, g.name, o.url, o.text_id, o.sha256, f.claim, f.own_label, f.kind, f.mixed, f.grounds,
           f.leader, f.exempt, f.secondary,
           coalesce(f.verdicts['opencounseling-2021'], f.verdict) AS verdict,
           coalesce(f.verdicts['tip41'], '') AS tip41
    FROM visited v
    JOIN candidates f ON f.run_id = v.run_id AND f.site_key = v.site_key AND f.audit_version = v.audit_version
                       AND f.extractor = v.extractor
    JOIN named g ON g.run_id = v.run_id AND g.site_key = v.site_key AND g.extractor = v.extractor
                     AND g.group_key = f.group_key
    JOIN offered o ON o.run_id = v.run_id AND o.site_key = v.site_key AND o.extractor = v.extractor
                        AND o.offering_id = f.offering_id
), judged AS (
    SELECT *, CASE WHEN verdict <> 'mislabeled' THEN '' WHEN tip41 = 'mislabeled' THEN 'both' ELSE 'article' END AS flagged
    FROM sighted
), sequence AS (
    SELECT *, lag(run_id) OVER seen AS before_run, lag(complete_so_far) OVER seen AS before_complete,
           lag(name) OVER seen AS before_name, lag(url) OVER seen AS before_url, lag(text_id) OVER seen AS before_text,
           lag(sha256) OVER seen AS before_sha256, lag(extractor) OVER seen AS before_extractor,
           lag(audit_version) OVER seen AS before_audit,
           lag(claim) OVER seen AS before_claim, lag(own_label) OVER seen AS before_own_label,
           lag(verdict) OVER seen AS before_verdict, lag(tip41) OVER seen AS before_tip41,
           lag(flagged) OVER seen AS before_flagged,
           lag((claim, kind, mixed, grounds, leader, exempt, secondary)) OVER seen AS before_read,
           (claim, kind, mixed, grounds, leader, exempt, secondary) AS read,
           lead(run_id) OVER seen AS seen_next
    FROM judged
    WINDOW seen AS (PARTITION BY site_key, group_key ORDER BY run_id)
), compared AS (
    SELECT *, name <> before_name OR own_label <> before_own_label OR (claim <> before_claim AND text_id <> before_text)
               OR (claim <> before_claim AND audit_version = before_audit) AS relabelled,
           text_id <> before_text AS reworded,
           verdict <> before_verdict OR tip41 <> before_tip41 AS rejudged,
           audit_version <> before_audit AS other_audit
    FROM sequence
), looked_up AS MATERIALIZED (
    SELECT DISTINCT run_id, site_key, url, sha256 FROM raw.captures
    SEMI JOIN (SELECT complete_before AS run_id, site_key FROM sequence WHERE before_run IS NULL
               UNION ALL SELECT complete_after, site_key FROM sequence WHERE seen_next IS NULL OR seen_next > complete_after)
      USING (run_id, site_key)
), present AS (
    SELECT run_id, coalesce(before_run, complete_before) AS before_run_id, site_key, group_key,
           CASE WHEN before_run IS NULL THEN 'new'
                WHEN complete_so_far - complete::INTEGER > before_complete THEN 'reopened'
                WHEN (relabelled AND NOT (other_audit AND name = before_name AND NOT reworded)) THEN 'relabelled'
                WHEN reworded THEN 'reworded'
                WHEN rejudged THEN 'rejudged' END AS change,
           CASE WHEN before_run IS NULL THEN
                    CASE WHEN extractor = (SELECT r.extractor FROM raw.runs r WHERE r.run_id = complete_before) THEN 'page'
                         WHEN EXISTS (SELECT 1 FROM looked_up k WHERE k.run_id = complete_before
                                      AND k.site_key = s.site_key AND k.url = s.url AND k.sha256 = s.sha256) THEN 'extractor'
                         ELSE 'page or extractor' END
                WHEN relabelled OR reworded THEN
                    CASE WHEN extractor = before_extractor THEN 'page'
                         WHEN sha256 = before_sha256 THEN 'extractor' ELSE 'page or extractor' END
                    || CASE WHEN other_audit AND rejudged THEN CASE WHEN read = before_read THEN '+rulebook' ELSE '+criteria' END
                            ELSE '' END
                WHEN other_audit THEN CASE WHEN read = before_read THEN 'rulebook' ELSE 'criteria' END
                WHEN extractor <> before_extractor THEN 'extractor'
                ELSE 'page' END AS cause,
           url <> before_url AS moved, before_name AS name_before, name, before_verdict AS verdict_before, verdict,
           before_flagged AS flagged_before, flagged, url
    FROM compared s
    WHERE before_run IS NOT NULL OR complete_before IS NOT NULL
), absent AS (
    SELECT CASE WHEN complete_after IS NOT NULL AND (seen_next IS NULL OR seen_next > complete_after) THEN complete_after END
               AS gone_at,
           CASE WHEN next_run IS NOT NULL AND NOT next_complete AND (seen_next IS NULL OR seen_next > next_run) THEN next_run END
               AS unseen_at, *
    FROM sequence
), left_out AS (
    SELECT gone_at AS run_id, run_id AS before_run_id, site_key, group_key, 'gone' AS change,
           CASE WHEN extractor = (SELECT r.extractor FROM raw.runs r WHERE r.run_id = gone_at) THEN 'page'
                WHEN EXISTS (SELECT 1 FROM looked_up k WHERE k.run_id = gone_at
                             AND k.site_key = a.site_key AND k.url = a.url AND k.sha256 = a.sha256) THEN 'extractor'
                ELSE 'page or extractor' END AS cause,
           name, verdict, flagged, url
    FROM absent a WHERE gone_at IS NOT NULL
    UNION ALL
    SELECT unseen_at, run_id, site_key, group_key, 'not_seen', 'page', name, verdict, flagged, url
    FROM absent WHERE unseen_at IS NOT NULL
)
SELECT run_id, before_run_id, site_key, group_key, change, cause,
       change NOT IN ('new', 'reopened') AND flagged_before <> '' AND flagged = '' AND cause LIKE 'page%'
           AND cause <> 'page or extractor' AS fixed,
       coalesce(moved, false) AS moved, coalesce(name_before, '') AS name_before, name,
       coalesce(verdict_before, '') AS verdict_before, verdict, coalesce(flagged_before, '') AS flagged_before, flagged, url
FROM present WHERE change IS NOT NULL AND run_id > getvariable('kept_until')
UNION ALL
SELECT run_id, before_run_id, site_key, group_key, change, cause, false, false, name, '', verdict, '', flagged, '', url
FROM left_out WHERE run_id > getvariable('kept_until')
ORDER BY run_id, site_key, group_key, change;
