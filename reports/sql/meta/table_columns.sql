-- The columns of one relation of the default schema, in order.
SELECT column_name, data_type, comment FROM duckdb_columns()
WHERE schema_name = 'main' AND table_name = $name AND NOT internal ORDER BY column_index
