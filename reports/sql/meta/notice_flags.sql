-- Which flags stand now, as a message tells of them?
SELECT site_key, group_key, organisation, name, scope, counted, flagged, claim, claim_quote, kind, quote, url,
       fetched_at::VARCHAR AS fetched_at, withheld
FROM main.flags ORDER BY site_key, group_key
