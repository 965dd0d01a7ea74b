-- How much of the list was seen. A slice of fewer than five sites would name its providers: it is left out, and with it
-- the smallest of the others where the difference to the whole would give it away.
WITH whole AS (
    SELECT sites - not_visited AS visited FROM main.coverage WHERE slice = 'all'
), large AS (
    SELECT *, row_number() OVER (PARTITION BY slice ORDER BY sites, "value") AS place,
           sum(sites) OVER (PARTITION BY slice) AS together
    FROM main.coverage WHERE slice = 'all' OR sites >= 5
)
SELECT slice, "value", sites, complete, partial, blocked, refused, unreachable, private_address, failed, not_visited, confirmed, pages, groups, labelled,
       flagged_sites, flagged_sites_most, bounds
FROM large, whole
WHERE slice = 'all' OR place > 1 OR visited - together NOT BETWEEN 1 AND 4
ORDER BY slice, sites DESC, "value"
