-- Which groups are labelled group therapy and described as something else, in which words, and was the provider heard?
-- One row per flag: a current group, or a service description (scope service, never in the headline), that is
-- described as something else by the article's definition.
--
-- group_key: the flag's key: the group's key, the same from run to run
-- site_key: site
-- organisation: organisation on the provider list
-- provider: provider named on a directory's page; empty where it is the site's own
-- provider_type: type of provider on the list
-- region: region on the list
-- identity: confirmed, unconfirmed, placeholder or parked; imported where listings were handed in
-- name: the group's name
-- scope: group, or service: the provider's group work in general
-- counted: whether it is in the headline
-- flagged: both (by both definitions) or article (by the article's only)
-- claim: own or section: who calls it therapy
-- claim_quote: the words that call it so
-- kind: what its text reads like
-- secondary: other kinds found in it
-- quote: the words that say so at most length
-- quotes: all the words that say so
-- counter_quote: the strongest words against; empty where there are none
-- leader: clinician, trainee, peer, coach, instructor or unstated
-- confidence: 0 to 1: how sure the program is
-- verdict_tip41: the verdict by SAMHSA's TIP 41
-- would_change: what would change the verdict
-- description_id: groups that share it share a description
-- url: page
-- fetched_at: when it was seen, UTC
-- sha256: digest of the archived page
-- archive_file: file of the archive
-- archive_offset: byte offset of the record in that file
-- letter_sent: day of the first letter to the provider about it (a copy sent later changes nothing); empty: not asked
-- replied: day of the provider's last reply
-- reply: the provider's words
-- state: answered, fixed, withdrawn, disputed or suppressed; empty: none was set
-- state_reason: why that state was set
-- withheld: why the flag may not be named in public: not yet heard, site not confirmed, provider unknown, suppressed, withdrawn; empty: it may
CREATE TABLE main.flags AS
WITH spoken AS (
    SELECT e.site_key, e.group_key,
           min_by(e.quote, e.number) FILTER (WHERE e.part = 'claim' AND e.stance = 'for') AS claim_quote,
           -- the longest of them says most: a quotation of one word convinces nobody
           max_by(e.quote, (least(length(e.quote), 200), -e.number))
               FILTER (WHERE e.part = 'kind' AND e.stance = 'for' AND e.kind = g.kind AND NOT e.criterion LIKE 'common.%') AS quote,
           list(e.quote ORDER BY e.number) FILTER (WHERE e.part = 'kind' AND e.stance = 'for' AND e.kind = g.kind) AS quotes,
           min_by(e.quote, e.number) FILTER (WHERE e.counter) AS counter_quote
    FROM main.evidence e
    JOIN (SELECT site_key, group_key, kind FROM main.groups WHERE flagged <> '') g USING (site_key, group_key)
    GROUP BY ALL
), events AS (
    SELECT g.site_key, g.group_key, s.*
    FROM main.groups g JOIN (SELECT number, event, dated, state, reason, until, "text",
                                    site_key AS of_site, group_key AS of_group FROM raw.states) s
      ON (s.of_group = g.group_key AND s.of_site = g.site_key) OR (s.of_group = '' AND s.of_site = g.site_key)
    WHERE g.flagged <> ''
), heard AS (
    SELECT site_key, group_key,
           min(dated) FILTER (WHERE event = 'letter') AS letter_sent,
           max(dated) FILTER (WHERE event = 'reply') AS replied,
           max_by("text", number) FILTER (WHERE event = 'reply') AS reply,
           max_by(state, number) FILTER (WHERE event = 'state' AND (until IS NULL OR until >= getvariable('today'))) AS state,
           max_by(reason, number) FILTER (WHERE event = 'state' AND (until IS NULL OR until >= getvariable('today'))) AS state_reason
    FROM events GROUP BY ALL
)
SELECT g.group_key, g.site_key, g.organisation, g.provider, g.provider_type, g.region, g.identity, g.name, g.scope,
       g.counted, g.flagged, g.claim, coalesce(s.claim_quote, '') AS claim_quote, g.kind, g.secondary,
       coalesce(s.quote, '') AS quote, coalesce(s.quotes, []) AS quotes, coalesce(s.counter_quote, '') AS counter_quote,
       g.leader, g.confidence, g.verdict_tip41, g.would_change, g.description_id, g.url, g.fetched_at, g.sha256,
       g.archive_file, g.archive_offset,
       h.letter_sent, h.replied, coalesce(h.reply, '') AS reply, coalesce(h.state, '') AS state,
       coalesce(h.state_reason, '') AS state_reason,
       CASE WHEN h.state IN ('suppressed', 'withdrawn', 'fixed') THEN h.state
            WHEN g.identity NOT IN ('confirmed', 'imported') THEN 'site not confirmed'
            WHEN g.provider = 'unknown' THEN 'provider unknown'
            WHEN h.letter_sent IS NULL THEN 'not yet heard: no letter sent'
            WHEN h.letter_sent > getvariable('today') - 21 THEN 'not yet heard: letter younger than 21 days'
            ELSE '' END AS withheld
FROM main.groups g
LEFT JOIN spoken s USING (site_key, group_key)
LEFT JOIN heard h USING (site_key, group_key)
WHERE g.flagged <> ''
ORDER BY g.organisation, g.site_key, g.group_key;
