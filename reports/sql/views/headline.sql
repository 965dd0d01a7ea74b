-- What does the report say first?
-- One row per sentence of the headline, in reading order; the report, the command line and every export quote these.
-- Groups are counted by distinct description: a chain's forty city pages with one text count once.
--
-- position: order of the sentence
-- part: uncounted (why nothing is counted), todo (what the operator can do), completeness, groups, services, beside (what is not in the count) or heard
-- key: short name of the number
-- value: the number that the sentence is about
-- out_of: what it is a part of; empty where it is not a part
-- sentence: the sentence
CREATE TEMP MACRO many(n, one, more) AS format('{:,} {}', n::BIGINT, CASE n WHEN 1 THEN one ELSE more END);
CREATE TEMP MACRO verb(n, one, more) AS CASE n WHEN 1 THEN one ELSE more END;

CREATE TEMP TABLE described AS
SELECT description_id, count(*) AS groups,
       bool_or(claim = 'own' AND labelled) AS own,
       bool_or(labelled) AS labelled,
       CASE WHEN bool_or(flagged = 'both') THEN 'both'
            WHEN bool_or(flagged = 'article') THEN 'article'
            WHEN bool_or(labelled AND verdict = 'review') THEN 'review'
            WHEN bool_or(labelled AND verdict = 'heading_differs') THEN 'heading_differs'
            WHEN bool_or(labelled AND verdict = 'mixed') THEN 'mixed'
            WHEN bool_or(labelled AND verdict = 'consistent') THEN 'consistent'
            WHEN bool_or(labelled AND verdict = 'insufficient') THEN 'insufficient'
            ELSE '' END AS class,
       bool_or(claim = 'counseling') AND NOT bool_or(labelled) AS counseling,
       bool_or(claim = 'modality') AND NOT bool_or(labelled) AS modality,
       bool_or(claim = 'listed') AND NOT bool_or(labelled) AS listed,
       bool_or(reads_as_other) AS reads_as_other
FROM (SELECT *, claim IN ('own', 'section') AS labelled FROM main.groups WHERE counted)
GROUP BY description_id;

-- A service description is counted once a provider, from the fullest one.
CREATE TEMP TABLE served AS
SELECT DISTINCT ON (site_key) site_key, flagged, verdict, claim IN ('own', 'section') AS labelled
FROM main.groups WHERE scope = 'service' AND identity IN ('confirmed', 'imported')
ORDER BY site_key, length("text") DESC, group_key;

CREATE TABLE main.headline AS
WITH n AS (
    SELECT (SELECT count(*) FROM described) AS descriptions,
           (SELECT coalesce(sum(groups), 0)::BIGINT FROM described) AS groups,
           (SELECT count(*) FROM described WHERE labelled) AS labelled,
           (SELECT count(*) FROM described WHERE own) AS own,
           (SELECT count(*) FROM described WHERE class = 'both') AS both_rulebooks,
           (SELECT count(*) FROM described WHERE class = 'article') AS article_only,
           (SELECT count(*) FROM described WHERE counseling) AS counseling,
           (SELECT count(*) FROM described WHERE counseling AND reads_as_other) AS counseling_other,
           (SELECT count(*) FROM described WHERE modality) AS modality,
           (SELECT count(*) FROM described WHERE modality AND reads_as_other) AS modality_other,
           (SELECT count(*) FROM described WHERE listed) AS listed,
           (SELECT count(*) FROM described WHERE listed AND reads_as_other) AS listed_other,
           (SELECT count(*) FROM served) AS services,
           (SELECT count(*) FROM served WHERE labelled) AS services_labelled,
           (SELECT count(*) FROM served WHERE flagged = 'both') AS services_both,
           (SELECT count(*) FROM served WHERE flagged = 'article') AS services_article,
           (SELECT count(*) FROM main.groups WHERE scope = 'group' AND identity NOT IN ('confirmed', 'imported')) AS unconfirmed,
           (SELECT count(*) FROM main.groups WHERE scope = 'group' AND identity NOT IN ('confirmed', 'imported') AND flagged <> '')
               AS unconfirmed_flags,
           (SELECT count(*) FROM main.groups WHERE identity NOT IN ('confirmed', 'imported')) AS unsure,
           (SELECT count(*) FROM main.flags WHERE identity NOT IN ('confirmed', 'imported')) AS uncounted,
           (SELECT count(DISTINCT site_key) FROM main.flags WHERE identity NOT IN ('confirmed', 'imported')) AS uncounted_sites,
           (SELECT count(*) FROM main.groups WHERE scope = 'group' AND identity = 'imported') AS imported,
           (SELECT count(*) FROM main.flags) AS flags,
           (SELECT count(*) FROM main.flags WHERE letter_sent IS NULL) AS unasked
), c AS (
    SELECT * FROM main.coverage WHERE slice = 'all'
), handed AS (
    -- A run of listings has no sites of a list: its providers are named, or a listing stands alone.
    SELECT coalesce(bool_and(outcome = 'imported'), false) AS "only",
           count(*) FILTER (WHERE NOT starts_with(site_key, 'listings:(no provider named) ')) AS providers,
           count(*) FILTER (WHERE starts_with(site_key, 'listings:(no provider named) ')) AS unnamed,
           coalesce(sum(pages), 0)::BIGINT AS listings
    FROM main.sites
), seen AS (
    SELECT count(*) AS pages, min(fetched_at)::DATE AS earliest, max(fetched_at)::DATE AS latest
    FROM raw.captures JOIN raw.publication USING (run_id)
)
SELECT * FROM (
    SELECT 5 AS "position", 'uncounted' AS part, 'uncounted' AS "key", n.uncounted AS "value", NULL::BIGINT AS out_of,
           format('Nothing is counted, because no site could be confirmed as the business on the list. These sites have {}; {:,} of them {} labelled group therapy and described as something else.',
                  many(n.unsure, 'group or description of group work', 'groups and descriptions of group work'), n.uncounted,
                  verb(n.uncounted, 'is', 'are')) AS sentence
    FROM n, c WHERE c.confirmed = 0 AND n.unsure > 0
    UNION ALL
    SELECT 6, 'todo', 'confirm', n.uncounted, NULL,
           format('{} on {} whose identity is not confirmed: not counted, and never public. `groupaudit sites confirm SITE --why WORDS` or a list with phone and city confirms {}.',
                  many(n.uncounted, 'flag', 'flags'), many(n.uncounted_sites, 'site', 'sites'), verb(n.uncounted_sites, 'it', 'them'))
    FROM n WHERE n.uncounted > 0
    UNION ALL
    SELECT 10, 'completeness', 'sites_complete', c.complete, c.sites,
           CASE WHEN h."only"
                THEN format('{} of {} handed in; no site was visited.', many(h.listings, 'listing', 'listings'),
                            concat_ws(' and ',
                                CASE WHEN h.providers > 0 THEN many(h.providers, 'provider', 'providers') END,
                                CASE WHEN h.unnamed > 0 THEN many(h.unnamed, 'row', 'rows') || ' without a provider, each read alone,' END)
                            || verb(h.listings, ' was', ' were'))
                ELSE format('Of {} on the list, {} read completely, {:,} in part, and {:,} could not be read.', many(c.sites, 'site', 'sites'),
                  many(c.complete, 'was', 'were'), c.partial, c.blocked + c.failed + c.not_visited) END FROM c, handed h
    UNION ALL
    SELECT 11, 'completeness', 'pages', pages, NULL,
           CASE WHEN pages = 0 THEN 'No page was read.'
                WHEN h."only" THEN format('{} {} read as handed in on {}: a count of listings, not a rate.',
                                          many(pages, 'listing', 'listings'), verb(pages, 'was', 'were'), latest)
                ELSE format('{} {} read, {}: a count of pages as they stood then, not a rate. Nobody drew these sites at random.',
                            many(pages, 'page', 'pages'), verb(pages, 'was', 'were'),
                            CASE WHEN earliest = latest THEN format('on {}', earliest)
                                 ELSE format('between {} and {}', earliest, latest) END) END FROM seen, handed h
    UNION ALL
    SELECT 12, 'completeness', 'flagged_sites', c.flagged_sites, c.sites,
           CASE WHEN h."only" THEN 'Providers' ELSE 'Sites' END
               || ' with at least one group described as something else: ' || c.bounds || '.' FROM c, handed h
    UNION ALL
    SELECT 20, 'groups', 'groups', n.groups, NULL,
           format('{} {} {} found, in {}.', many(n.groups, 'named group', 'named groups'),
                  CASE WHEN h."only" THEN 'in listings handed in' WHEN n.imported > 0 THEN 'on confirmed sites and in listings handed in' ELSE 'on confirmed sites' END,
                  verb(n.groups, 'was', 'were'), many(n.descriptions, 'distinct description', 'distinct descriptions')) FROM n, handed h
    UNION ALL
    SELECT 21, 'groups', 'labelled', n.labelled, n.descriptions,
           format('{:,} of these descriptions {} labelled group therapy: {:,} by the group''s own words, {:,} by the heading or page that it stands under.',
                  n.labelled, verb(n.labelled, 'is', 'are'), n.own, n.labelled - n.own) FROM n
    UNION ALL
    SELECT 22, 'groups', 'flags_both', n.both_rulebooks, n.labelled,
           format('By both definitions, {:,} of the {:,} {} described as something else.', n.both_rulebooks, n.labelled,
                  verb(n.both_rulebooks, 'is', 'are')) FROM n
    UNION ALL
    SELECT 23, 'groups', 'flags_article', n.article_only, n.labelled,
           format('By the article''s definition only, {:,} more {} described as something else; by SAMHSA''s TIP 41 {} not, or not surely.',
                  n.article_only, verb(n.article_only, 'is', 'are'), verb(n.article_only, 'it is', 'they are')) FROM n
    UNION ALL
    SELECT 24, 'groups', 'consistent', (SELECT count(*) FROM described WHERE class = 'consistent'), n.labelled,
           format('{:,} of the {:,} {} described as group therapy (no mark of quality).', (SELECT count(*) FROM described WHERE class = 'consistent'),
                  n.labelled, verb((SELECT count(*) FROM described WHERE class = 'consistent'), 'is', 'are')) FROM n
    UNION ALL
    SELECT 25, 'groups', 'mixed', (SELECT count(*) FROM described WHERE class = 'mixed'), n.labelled,
           format('In {:,} of the {:,}, therapy is mixed with something else.', (SELECT count(*) FROM described WHERE class = 'mixed'), n.labelled) FROM n
    UNION ALL
    SELECT 26, 'groups', 'insufficient', (SELECT count(*) FROM described WHERE class = 'insufficient'), n.labelled,
           format('For {:,} of the {:,}, the page says too little.', (SELECT count(*) FROM described WHERE class = 'insufficient'), n.labelled) FROM n
    UNION ALL
    SELECT 27, 'groups', 'heading_differs', (SELECT count(*) FROM described WHERE class = 'heading_differs'), n.labelled,
           format('For {:,} of the {:,}, heading and name differ: the page lists under one label what its name calls another.',
                  (SELECT count(*) FROM described WHERE class = 'heading_differs'), n.labelled) FROM n
    UNION ALL
    SELECT 28, 'groups', 'review', (SELECT count(*) FROM described WHERE class = 'review'), n.labelled,
           format('{:,} of the {:,} {} a person''s reading and {} not counted as described as something else.',
                  (SELECT count(*) FROM described WHERE class = 'review'), n.labelled,
                  verb((SELECT count(*) FROM described WHERE class = 'review'), 'needs', 'need'),
                  verb((SELECT count(*) FROM described WHERE class = 'review'), 'is', 'are')) FROM n
    UNION ALL
    SELECT 30, 'services', 'services', n.services, NULL,
           format('How {} describe{} group therapy in general is counted apart: {:,} {} labelled so; {:,} of them {} described as something else by both definitions, {:,} more by the article''s only.',
                  many(n.services, 'provider', 'providers'), verb(n.services, 's', ''), n.services_labelled,
                  verb(n.services_labelled, 'is', 'are'), n.services_both, verb(n.services_both, 'is', 'are'),
                  n.services_article) FROM n
    UNION ALL
    SELECT 40, 'beside', 'counseling', n.counseling, n.descriptions,
           format('Not in the count: {} labelled group counseling, {:,} of which {} like something else. With them the count by the article''s definition would be {:,}, without them it is {:,}.',
                  many(n.counseling, 'description', 'descriptions'), n.counseling_other, verb(n.counseling_other, 'reads', 'read'),
                  n.both_rulebooks + n.article_only + n.counseling_other, n.both_rulebooks + n.article_only) FROM n
    UNION ALL
    SELECT 41, 'beside', 'modality', n.modality, n.descriptions,
           format('Not in the count: {} with "therapy" only in the name of a method, {:,} of which {} like something else. With them the count by the article''s definition would be {:,}, without them it is {:,}.',
                  many(n.modality, 'description', 'descriptions'), n.modality_other, verb(n.modality_other, 'reads', 'read'),
                  n.both_rulebooks + n.article_only + n.modality_other, n.both_rulebooks + n.article_only) FROM n
    UNION ALL
    SELECT 42, 'beside', 'listed', n.listed, n.descriptions,
           format('Not in the count: {} filed under group therapy by a directory, {:,} of which {} like something else. That label is the directory''s, not the provider''s.',
                  many(n.listed, 'description', 'descriptions'), n.listed_other, verb(n.listed_other, 'reads', 'read')) FROM n
    WHERE n.listed > 0
    UNION ALL
    SELECT 43, 'beside', 'unconfirmed', n.unconfirmed, NULL,
           format('Not in the count: {} on sites that could not be confirmed as the listed business; {:,} of them {} described as something else.',
                  many(n.unconfirmed, 'group', 'groups'), n.unconfirmed_flags, verb(n.unconfirmed_flags, 'is', 'are')) FROM n
    WHERE n.unconfirmed > 0
    UNION ALL
    SELECT 50, 'heard', 'unasked', n.unasked, n.flags,
           CASE WHEN n.flags = 0 THEN 'INTERNAL: nothing here was put to a provider.'
                ELSE format('INTERNAL: the providers of {:,} of {} were not asked. Nothing here may be handed on before they are.',
                            n.unasked, many(n.flags, 'flag', 'flags')) END FROM n
)
ORDER BY "position";

DROP TABLE described;
DROP TABLE served;
DROP MACRO many;
DROP MACRO verb;
