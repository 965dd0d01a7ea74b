-- Offerings of one run and extractor: the description is stored once, by digest; values of personal facts are dropped.
CREATE OR REPLACE TEMP TABLE loading AS
SELECT *, array_to_string([block.text FOR block IN blocks], chr(10)) AS description
FROM read_parquet(getvariable('files'), hive_partitioning = false);

INSERT INTO raw.offerings
SELECT run_id, getvariable('version'), offering_id, site_key, capture_id, url, title, name, headings,
       substr(sha256(description), 1, 32)::UUID, [block.role FOR block IN blocks], scope,
       [{kind: fact.kind, value: CASE WHEN fact.personal THEN '' ELSE fact.value END, field: fact.field,
         start: fact.start, "end": fact."end", personal: fact.personal} FOR fact IN facts],
       path, group_key, description_id, provider, category
FROM loading;

INSERT INTO raw.texts
SELECT DISTINCT ON (text_id) text_id, description, run_id
FROM (SELECT substr(sha256(description), 1, 32)::UUID AS text_id, description, run_id FROM loading)
WHERE text_id NOT IN (SELECT text_id FROM raw.texts);
