-- The evidence of every flag, in the order of the flags.
SELECT e.site_key, e.group_key, e.number, e.part, e.criterion, e.kind, CASE WHEN e.counter THEN 'counter' ELSE e.stance END AS stance, e.reason, e.quote, e.field, e."start",
       e."end", e."text", e.modifier_quote, e.url
FROM main.evidence e SEMI JOIN main.flags USING (site_key, group_key)
ORDER BY e.site_key, e.group_key, e.number
