-- The groups of flagged sites that are no flag: a reader of a provider's page sees the flag among its neighbours.
SELECT g.site_key, g.name, g.scope, g.finding, g.url, g.group_key
FROM main.groups g SEMI JOIN main.flags USING (site_key)
WHERE g.flagged = ''
ORDER BY g.site_key, g.scope, g.name, g.group_key
