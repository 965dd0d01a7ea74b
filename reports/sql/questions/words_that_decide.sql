-- Which criteria decide most, for and set aside?
SELECT e.criterion, e.kind, count(*) FILTER (WHERE e.stance <> 'set_aside') AS counted,
       count(*) FILTER (WHERE e.stance = 'set_aside') AS set_aside, min(e.quote) AS for_instance
FROM raw.evidence e  -- the view `evidence` would fetch every text as well, which costs a second at 200,000 groups
SEMI JOIN raw.runs r ON r.run_id = e.run_id AND r.audit_version = e.audit_version
SEMI JOIN raw.current c ON c.run_id = e.run_id AND c.site_key = e.site_key  -- a row a site, not one a group
WHERE NOT (e.criterion LIKE 'claim.%' OR e.criterion LIKE 'label.%' OR e.criterion LIKE 'facts.%')
GROUP BY e.criterion, e.kind ORDER BY counted DESC, e.criterion
