-- Which words made each verdict, for and against, and where exactly do they stand?
-- One row per piece of evidence of a current group. substr("text", "start" + 1, "end" - "start") = quote in every row.
--
-- site_key: site
-- group_key: group
-- number: number of the hit in its finding, from 0
-- part: claim (who calls it therapy), label (what its name states), facts (leader, members) or kind (what happens there)
-- criterion: criterion that matched
-- kind: kind or claim that the criterion speaks for
-- stance: for, or set_aside (found, with a reason not to count)
-- counter: whether these are the strongest words against the verdict
-- reason: why the words were set aside
-- quote: the words
-- field: where they stand: title, name, text, headings.N or site (elsewhere on the site)
-- start: first character, from 0
-- end: character after the last
-- text: the whole text of that field
-- modifier_quote: the words that set them aside
-- modifier_start: their first character; -1: none
-- modifier_end: character after their last; -1: none
-- statement: number of the statement that the words stand in
-- offering_id: appearance that holds the field; empty where the words stand elsewhere on the site
-- url: page that the words stand on
-- capture_id: that page as it was seen
CREATE VIEW main.evidence AS
SELECT e.site_key, e.group_key, e.number,
       CASE WHEN e.criterion LIKE 'claim.%' THEN 'claim' WHEN e.criterion LIKE 'label.%' THEN 'label'
            WHEN e.criterion LIKE 'facts.%' THEN 'facts' ELSE 'kind' END AS part,
       e.criterion, e.kind, e.stance, e.number = f.counter AS counter, e.reason, e.quote,
       e.field, e."start", e."end", t."text", e.modifier_quote, e.modifier_start, e.modifier_end, e.statement,
       e.offering_id, coalesce(nullif(e.url, ''), o.url) AS url, coalesce(nullif(e.capture_id, ''), o.capture_id) AS capture_id
FROM raw.evidence e
JOIN raw.current USING (run_id, site_key)
JOIN raw.runs r ON r.run_id = e.run_id AND r.audit_version = e.audit_version
JOIN raw.findings f
  ON f.run_id = e.run_id AND f.audit_version = e.audit_version AND f.extractor = r.extractor
 AND f.site_key = e.site_key AND f.group_key = e.group_key
LEFT JOIN raw.texts t ON t.text_id = e.text_id
LEFT JOIN raw.offerings o
  ON o.run_id = e.run_id AND o.extractor = f.extractor AND o.site_key = e.site_key AND o.offering_id = e.offering_id;
