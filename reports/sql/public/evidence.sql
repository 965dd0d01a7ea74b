-- The evidence of one flag.
SELECT number, part, criterion, kind, CASE WHEN counter THEN 'counter' ELSE stance END AS stance, reason, quote, field,
       "start", "end", "text", modifier_quote, modifier_start, modifier_end, url
FROM main.evidence WHERE site_key = $site_key AND group_key = $group_key
ORDER BY number
