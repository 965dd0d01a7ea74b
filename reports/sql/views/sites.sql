-- Which sites were read, how completely, and what was found on each?
-- One row per site of the run that the publication speaks of.
--
-- site_key: site
-- url: address on the provider list
-- organisation: organisation on the provider list
-- provider_type: type of provider on the list
-- region: region on the list
-- city: city on the list
-- identity: confirmed, unconfirmed, placeholder or parked; imported where listings were handed in
-- identity_because: what that rests on
-- outcome: complete, partial, blocked or failed; imported where listings were handed in
-- reason: why it was not complete
-- next_action: what to do about it
-- pages: pages read
-- requests: requests sent
-- started_at: when the visit began, UTC
-- ended_at: when it ended, UTC
-- groups: groups found
-- services: service descriptions found
-- labelled: groups labelled group therapy (by their own words or the heading they stand under)
-- flags_both: groups described as something else by both definitions
-- flags_article: groups described as something else by the article's definition only
-- review: groups that need a person's reading
CREATE TABLE main.sites AS
WITH found AS (
    SELECT site_key, any_value(organisation) AS organisation,
           count(*) FILTER (WHERE scope = 'group') AS groups,
           count(*) FILTER (WHERE scope = 'service') AS services,
           count(*) FILTER (WHERE scope = 'group' AND claim IN ('own', 'section')) AS labelled,
           count(*) FILTER (WHERE scope = 'group' AND flagged = 'both') AS flags_both,
           count(*) FILTER (WHERE scope = 'group' AND flagged = 'article') AS flags_article,
           count(*) FILTER (WHERE verdict = 'review') AS review
    FROM main.groups GROUP BY site_key
), visited AS (
    SELECT v.* FROM raw.site_visits v JOIN raw.publication USING (run_id)
), pages AS (
    SELECT c.site_key, count(*) AS pages FROM raw.captures c JOIN raw.publication USING (run_id) GROUP BY c.site_key
)
SELECT coalesce(v.site_key, f.site_key) AS site_key, coalesce(v.url, '') AS url,
       coalesce(nullif(v.organisation, ''), nullif(v.name, ''), f.organisation, v.site_key) AS organisation,
       coalesce(v.provider_type, '') AS provider_type, coalesce(v.region, '') AS region, coalesce(v.city, '') AS city,
       coalesce(v.identity, 'imported') AS identity, coalesce(v.identity_because, '') AS identity_because,
       CASE WHEN coalesce(v.identity, 'imported') = 'imported' THEN 'imported' ELSE v.outcome END AS outcome, coalesce(v.reason, '') AS reason,
       coalesce(v.next_action, '') AS next_action, coalesce(v.pages, p.pages, 0) AS pages,
       coalesce(v.requests, 0) AS requests, v.started_at, v.ended_at,
       coalesce(f.groups, 0) AS groups, coalesce(f.services, 0) AS services, coalesce(f.labelled, 0) AS labelled,
       coalesce(f.flags_both, 0) AS flags_both, coalesce(f.flags_article, 0) AS flags_article,
       coalesce(f.review, 0) AS review
FROM visited v FULL JOIN found f USING (site_key)
LEFT JOIN pages p ON p.site_key = coalesce(v.site_key, f.site_key)
ORDER BY 1;
