-- By which SQL and records was this file made?
SELECT sql_version, schema_version FROM raw.publication
