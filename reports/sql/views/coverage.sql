-- How much of the list was seen, and how far could what was not seen move the count?
-- One row per slice of the list: all sites, then each type of provider, then each region. A count, never a rate.
--
-- slice: all, provider_type or region
-- value: which one; empty for all
-- sites: sites on the list
-- complete: sites read completely (or handed in as listings)
-- partial: sites read in part
-- blocked: sites that refused us, could not be reached or were not asked, the sum of the next three
-- refused: of these, sites that refused us: by robots.txt, by an answer, or by asking not to be visited
-- unreachable: of these, sites that could not be asked: no answer, or no robots.txt to be had
-- private_address: of these, sites that we did not ask, because their address is a private one
-- failed: sites that could not be read
-- not_visited: sites on the list without a visit (only known for all)
-- confirmed: sites confirmed as the listed business (or handed in)
-- pages: pages read
-- groups: groups found
-- labelled: groups labelled group therapy
-- flagged_sites: sites with at least one group described as something else
-- flagged_sites_most: what that would be if every site not read completely had one
-- bounds: the two numbers in a sentence
CREATE TABLE main.coverage AS
WITH sliced AS (
    SELECT 'all' AS slice, '' AS "value", * FROM main.sites
    UNION ALL SELECT 'provider_type', provider_type, * FROM main.sites WHERE provider_type <> ''
    UNION ALL SELECT 'region', region, * FROM main.sites WHERE region <> ''
), counted AS (
    SELECT slice, "value", count(site_key) AS visited,
           count(*) FILTER (WHERE outcome IN ('complete', 'imported')) AS complete,
           count(*) FILTER (WHERE outcome = 'partial') AS partial,
           count(*) FILTER (WHERE outcome = 'blocked') AS blocked,
           count(*) FILTER (WHERE outcome = 'blocked' AND cause = 'refused') AS refused,
           count(*) FILTER (WHERE outcome = 'blocked' AND cause = 'unreachable') AS unreachable,
           count(*) FILTER (WHERE outcome = 'blocked' AND cause = 'private_address') AS private_address,
           count(*) FILTER (WHERE outcome = 'failed') AS failed,
           count(*) FILTER (WHERE identity IN ('confirmed', 'imported')) AS confirmed,
           bool_and(outcome = 'imported') AS handed_in,
           coalesce(sum(pages), 0)::BIGINT AS pages, coalesce(sum(groups), 0)::BIGINT AS groups,
           coalesce(sum(labelled), 0)::BIGINT AS labelled,
           count(*) FILTER (WHERE flags_both + flags_article > 0) AS flagged_sites,
           count(*) FILTER (WHERE outcome NOT IN ('complete', 'imported') AND flags_both + flags_article = 0) AS open
    FROM (SELECT *, CASE WHEN reason LIKE '%private_address%' THEN 'private_address'
                         WHEN regexp_matches(reason, '^(opted out|robots(:|$)|blocked(:|$)|HTTP |robots unreachable: HTTP 429)') THEN 'refused'
                         ELSE 'unreachable' END AS cause
          FROM sliced) GROUP BY ALL
), listed AS (
    SELECT c.*, CASE WHEN slice = 'all'
                     THEN greatest(coalesce((SELECT listed_sites FROM raw.runs JOIN raw.publication USING (run_id)), 0) - visited, 0)
                     ELSE 0 END AS not_visited
    FROM counted c
)
SELECT slice, "value", visited + not_visited AS sites, complete, partial, blocked, refused, unreachable,
       private_address, failed, not_visited, confirmed, pages,
       groups, labelled, flagged_sites, flagged_sites + open + not_visited AS flagged_sites_most,
       CASE WHEN handed_in AND not_visited = 0
            THEN format('{:d} of the {:d} whose listings were handed in', flagged_sites, visited)
            WHEN open + not_visited = 0
            THEN format('{:d} of {:d} sites; every one was read completely', flagged_sites, visited + not_visited)
            ELSE format('between {:d} and {:d} of {:d} sites, if none or all of the {:d} not read completely had one',
                        flagged_sites, flagged_sites + open + not_visited, visited + not_visited, open + not_visited)
       END AS bounds
FROM listed
ORDER BY slice, sites DESC, "value";
