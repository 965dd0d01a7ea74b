-- Every flag as the report shows it, by provider.
SELECT f.*, g.headings, g.title, g."text", g.roles, g.own_label, g.grounds, g.matched_by, g.searched_pages, g.decided_by
FROM main.flags f
JOIN (SELECT m.site_key, m.group_key, m.title, m."text", m.own_label, m.grounds, m.matched_by, m.searched_pages,
             m.decided_by, o.headings, o.roles
      FROM main.groups m
      JOIN raw.runs r ON r.run_id = m.run_id
      JOIN raw.offerings o ON o.run_id = m.run_id AND o.extractor = r.extractor AND o.site_key = m.site_key
                          AND o.offering_id = m.offering_id
      WHERE m.flagged <> '') g USING (site_key, group_key)
ORDER BY f.site_key, f.scope, f.name, f.group_key
