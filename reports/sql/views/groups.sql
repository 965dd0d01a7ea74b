-- Which groups are there now, and what does each of them read like?
-- One row per current group: a group of the run that the publication speaks of (of a later recheck, where its site was rechecked), judged by the default rulebook.
--
-- run_id: run that the group was seen in
-- site_key: site that offers it
-- organisation: organisation on the provider list (the site's name or key where the list has none)
-- provider: provider named on a directory's page; empty where it is the site's own
-- provider_type: type of provider on the list
-- region: region on the list
-- identity: confirmed, unconfirmed, placeholder or parked; imported where listings were handed in without a crawl
-- group_key: the group's key, the same from run to run
-- name: the group's name
-- scope: group, or service: the provider's group work in general
-- counted: whether it is in the headline: a named group of a confirmed site
-- claim: own, section, modality, counseling, listed or none: who calls it therapy
-- own_label: kind that its own name states
-- kind: what its text says happens there
-- secondary: other kinds found in it
-- mixed: therapy beside another kind, without having most of the room
-- grounds: separate statements that say so: 0, 1, 2 = two or more
-- exempt: members whom the criteria were not written for
-- leader: clinician, trainee, peer, coach, instructor or unstated
-- finding: the verdict in the words of the report
-- verdict: the verdict by the article's definition (opencounseling-2021)
-- verdict_tip41: the verdict by SAMHSA's TIP 41; empty where it was not asked
-- flagged: both (described as something else by both definitions), article (by the article's only) or empty
-- reads_as_other: whether its text reads like another kind on two grounds, whatever it is labelled
-- confidence: 0 to 1: how sure the program is of the verdict
-- description_id: groups that share it share a description (a chain's city pages)
-- appearances: on how many places of the site it stands
-- url: page of the fullest appearance
-- title: title of that page
-- capture_id: the page as it was seen
-- fetched_at: when it was seen, UTC
-- sha256: digest of the archived page
-- archive_file: file of the archive, below the data folder
-- archive_offset: byte offset of the record in that file
-- offering_id: the appearance that was judged
-- text: its description, one block a line
-- would_change: what would change the verdict
-- decided_by: the rules that decided
-- matched_by: how it was recognised from the run before
-- site_searched: whether the rest of the site was read
-- searched_pages: how many pages of the site were read before the verdict
CREATE TABLE main.groups AS
WITH judged AS (
    SELECT f.*, coalesce(f.verdicts['opencounseling-2021'], f.verdict) AS by_article,
           coalesce(f.verdicts['tip41'], '') AS by_tip41
    FROM raw.findings f
    JOIN raw.current USING (run_id, site_key)
    JOIN raw.runs r ON r.run_id = f.run_id AND r.audit_version = f.audit_version AND r.extractor = f.extractor
)
SELECT g.run_id, g.site_key,
       coalesce(nullif(v.organisation, ''), nullif(v.name, ''), g.site_key) AS organisation,
       o.provider, coalesce(v.provider_type, '') AS provider_type, coalesce(v.region, '') AS region,
       coalesce(v.identity, 'imported') AS identity,
       g.group_key, g.name, g.scope,
       g.scope = 'group' AND trim(g.name) <> '' AND o.provider <> 'unknown'
           AND coalesce(v.identity, 'imported') IN ('confirmed', 'imported') AS counted,
       j.claim, j.own_label, j.kind, j.secondary, j.mixed, j.grounds, j.exempt, j.leader,
       CASE j.by_article
           WHEN 'mislabeled' THEN 'described as something else'
           WHEN 'consistent' THEN 'described as group therapy (no mark of quality)'
           WHEN 'mixed' THEN 'therapy mixed with ' || coalesce(nullif(array_to_string(j.secondary, ', '), ''), 'another kind')
           WHEN 'insufficient' THEN 'page says too little'
           WHEN 'heading_differs' THEN 'heading and name differ'
           WHEN 'review' THEN 'needs a person''s reading'
           WHEN 'not_claimed' THEN CASE j.claim
               WHEN 'counseling' THEN 'labelled group counseling'
               WHEN 'modality' THEN 'therapy in the name of a method only'
               WHEN 'listed' THEN 'filed under group therapy by a directory'
               ELSE 'not labelled group therapy' END
           ELSE j.by_article
       END AS finding,
       j.by_article AS verdict, j.by_tip41 AS verdict_tip41,
       CASE WHEN j.by_article <> 'mislabeled' THEN '' WHEN j.by_tip41 = 'mislabeled' THEN 'both' ELSE 'article' END
           AS flagged,
       j.kind IN ('support', 'coaching', 'psychoeducation', 'education', 'activity')
           AND j.grounds >= 2 AND NOT j.exempt AS reads_as_other,
       j.confidence,
       CASE WHEN t."text" = '' OR g.description_id = '' THEN g.group_key ELSE g.description_id END AS description_id,
       len(g.offering_ids) AS appearances,
       o.url, o.title, o.capture_id, c.fetched_at, c.sha256, c.archive_file, c.archive_offset, o.offering_id, t."text",
       j.would_change, j.decided_by, g.matched_by, j.site_searched, len(j.searched) AS searched_pages
FROM judged j
JOIN raw.groups g
  ON g.run_id = j.run_id AND g.extractor = j.extractor AND g.site_key = j.site_key AND g.group_key = j.group_key
JOIN raw.offerings o
  ON o.run_id = j.run_id AND o.extractor = j.extractor AND o.site_key = j.site_key AND o.offering_id = j.offering_id
JOIN raw.texts t ON t.text_id = o.text_id
LEFT JOIN raw.captures c
  ON c.run_id = o.run_id AND c.site_key = o.site_key AND c.capture_id = o.capture_id
LEFT JOIN raw.site_visits v ON v.run_id = g.run_id AND v.site_key = g.site_key
ORDER BY g.site_key, g.group_key;
