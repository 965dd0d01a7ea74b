-- Everything that is made again at each publication.
DROP TABLE IF EXISTS main.headline;
DROP TABLE IF EXISTS main.review_queue;
DROP TABLE IF EXISTS main.changes;
DROP TABLE IF EXISTS main.coverage;
DROP TABLE IF EXISTS main.sites;
DROP TABLE IF EXISTS main.flags;
DROP VIEW IF EXISTS main.evidence;
DROP TABLE IF EXISTS main.groups;
DELETE FROM raw.states;
DELETE FROM raw.publication;
