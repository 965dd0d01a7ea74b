-- What one relation of the default schema holds.
SELECT comment FROM duckdb_tables() WHERE schema_name = 'main' AND table_name = $name AND NOT internal
UNION ALL
SELECT comment FROM duckdb_views() WHERE schema_name = 'main' AND view_name = $name AND NOT internal
