-- Findings and evidence of one run and audit version. Every quotation is tied to the text that holds it: a field of the
-- appearance that was judged, of the one that the claim stands in, or a passage of the site.
CREATE OR REPLACE TEMP TABLE loading AS SELECT * FROM read_parquet(getvariable('files'), hive_partitioning = false);

-- The extractor whose offerings were judged: the one that holds most of them; of equals, the newest.
SET VARIABLE judged = (
    SELECT extractor
    FROM (SELECT extractor, list_position(getvariable('extractors'), extractor) AS age, offering_id
          FROM raw.offerings WHERE run_id = getvariable('run_id'))
    SEMI JOIN loading USING (offering_id)
    GROUP BY extractor, age ORDER BY count(*) DESC, age DESC LIMIT 1
);

INSERT INTO raw.findings
SELECT run_id, getvariable('version'), coalesce(getvariable('judged'), ''), site_key, group_key, offering_id, claim,
       claim_from, own_label, kind, secondary, mixed, grounds, exempt, leader, confidence, verdict,
       map_from_entries([(v.rulebook, v.verdict) FOR v IN verdicts]), decided_by, searched, site_searched, counter,
       would_change
FROM loading;

CREATE OR REPLACE TEMP TABLE hits AS
SELECT f.run_id, f.site_key, f.group_key, f.offering_id AS judged_id, f.claim_from, e.number, e.hit
FROM loading f, LATERAL (
    SELECT unnest(f.evidence) AS hit, unnest(range(len(f.evidence))) AS number
) e;

-- Every text that may hold a hit, best first: the judged appearance, the claim's; for a hit elsewhere on the site, a
-- passage on the page named, then another offering there (a provider's description of its group work in general).
CREATE OR REPLACE TEMP TABLE held AS
WITH fields AS (
    SELECT h.site_key, h.group_key, h.number, o.offering_id,
           CASE WHEN o.capture_id = h.hit.capture_id OR h.hit.capture_id = '' THEN 0 ELSE 2 END
           + CASE WHEN o.offering_id = h.judged_id THEN 0 ELSE 1 END AS rank,
           CASE WHEN h.hit.field = 'text' THEN t."text"
                WHEN h.hit.field = 'name' THEN o.name
                WHEN h.hit.field = 'title' THEN o.title
                WHEN h.hit.field LIKE 'headings.%' THEN o.headings[try_cast(substr(h.hit.field, 10) AS INTEGER) + 1]
           END AS "text"
    FROM hits h
    JOIN raw.offerings o ON o.run_id = h.run_id AND o.extractor = getvariable('judged')
                        AND o.site_key = h.site_key AND o.offering_id IN (h.judged_id, h.claim_from)
    JOIN raw.texts t ON t.text_id = o.text_id
    WHERE h.hit.field <> 'site'
), elsewhere AS (
    SELECT h.site_key, h.group_key, h.number, '' AS offering_id, 0 AS rank, t."text"
    FROM hits h
    JOIN raw.passages p ON p.run_id = h.run_id AND p.extractor = getvariable('judged')
                       AND p.site_key = h.site_key AND p.capture_id = h.hit.capture_id
    JOIN raw.texts t ON t.text_id = p.text_id
    WHERE h.hit.field = 'site'
), elsewhere_offering AS (
    SELECT h.site_key, h.group_key, h.number, '' AS offering_id, 1 AS rank, t."text"
    FROM hits h
    JOIN raw.offerings o ON o.run_id = h.run_id AND o.extractor = getvariable('judged')
                        AND o.site_key = h.site_key AND o.capture_id = h.hit.capture_id
    JOIN raw.texts t ON t.text_id = o.text_id
    WHERE h.hit.field = 'site'
)
SELECT c.site_key, c.group_key, c.number, c.offering_id, c."text"
FROM (FROM fields UNION ALL BY NAME FROM elsewhere UNION ALL BY NAME FROM elsewhere_offering) c
JOIN hits h ON h.site_key = c.site_key AND h.group_key = c.group_key AND h.number = c.number
WHERE substr(c."text", h.hit.start + 1, h.hit."end" - h.hit.start) = h.hit.quote
QUALIFY row_number() OVER (PARTITION BY c.site_key, c.group_key, c.number ORDER BY c.rank, c.offering_id, c."text") = 1;

INSERT INTO raw.evidence
SELECT h.run_id, getvariable('version'), h.site_key, h.group_key, h.number, h.hit.criterion, h.hit.kind, h.hit.field,
       h.hit.start, h.hit."end", h.hit.quote, h.hit.stance, h.hit.reason, h.hit.modifier_start, h.hit.modifier_end,
       h.hit.modifier_quote, h.hit.statement, h.hit.capture_id, h.hit.url, coalesce(held.offering_id, ''),
       substr(sha256(held."text"), 1, 32)::UUID
FROM hits h LEFT JOIN held USING (site_key, group_key, number);

INSERT INTO raw.texts
SELECT DISTINCT ON (text_id) text_id, "text", getvariable('run_id')
FROM (SELECT substr(sha256("text"), 1, 32)::UUID AS text_id, "text" FROM held)
WHERE text_id NOT IN (SELECT text_id FROM raw.texts);
