-- A personal fact (a person's name, phone number or mail address) whose value reached the database.
SELECT run_id, site_key, offering_id, fact.kind
FROM (SELECT run_id, site_key, offering_id, unnest(facts) AS fact FROM raw.offerings WHERE len(facts) > 0 AND run_id > getvariable('kept_until'))
WHERE fact.personal AND fact.value <> ''
