-- Which run the publication speaks of: the newest finished one over a whole list; while there is none, the newest.
INSERT INTO raw.publication
SELECT run_id, $sql_version, $schema_version
FROM raw.runs ORDER BY (state = 'finished' AND scope = 'list') DESC, (scope = 'list') DESC, run_id DESC LIMIT 1;
