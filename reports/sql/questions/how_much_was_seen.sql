-- How much of the list was seen, and between which numbers could the rest move the count?
SELECT slice, "value", sites, complete, partial, blocked, refused, unreachable, private_address, failed, not_visited, bounds
FROM coverage ORDER BY slice, sites DESC, "value"
