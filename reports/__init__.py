"""Findings to answers: the published DuckDB, the report, the exports and the letters. SQL lives in files below sql/."""
