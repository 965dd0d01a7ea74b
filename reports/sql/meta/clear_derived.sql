-- Everything that is made again at each publication; changes up to the last run that is kept stay what they are.
CREATE TEMP TABLE changes_kept AS FROM main.changes WHERE run_id <= getvariable('kept_until');
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
DELETE FROM raw.current;
