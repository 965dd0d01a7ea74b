-- How much of the list was seen.
SELECT slice, "value", sites, complete, partial, blocked, refused, unreachable, private_address, failed, not_visited, confirmed, pages, groups, labelled,
       flagged_sites, flagged_sites_most, bounds
FROM main.coverage ORDER BY slice, sites DESC, "value"
