-- What should a person read next, and what is the question?
-- One row per current group that a program should not decide: verdict review, or a flag on a site whose identity is open.
--
-- priority: 1 is the first to read: what is nearest to a flag, and least sure, stands first
-- site_key: site
-- organisation: organisation on the provider list
-- group_key: group
-- name: its name
-- scope: group or service
-- claim: who calls it therapy
-- kind: what its text reads like
-- confidence: 0 to 1: how sure the program is
-- question: what is to be decided
-- decided_by: the rules that decided
-- url: page
CREATE TABLE main.review_queue AS
SELECT row_number() OVER (ORDER BY flagged = '', reads_as_other DESC, confidence, site_key, group_key) AS priority,
       site_key, organisation, group_key, name, scope, claim, kind, confidence,
       CASE WHEN flagged <> '' THEN 'Is this site the listed business? (' || identity || ')'
            WHEN exempt THEN 'Were the criteria written for these members?'
            WHEN kind = 'therapy' THEN 'Does the stated leader (' || leader || ') fit what is described?'
            WHEN kind = 'other' THEN 'Is this a group that the criteria speak of?'
            ELSE 'Would a careful reader see it otherwise?' END AS question,
       array_to_string(decided_by, ', ') AS decided_by, url
FROM main.groups
WHERE verdict = 'review' OR (flagged <> '' AND identity NOT IN ('confirmed', 'imported'))
ORDER BY priority;
