"""Read every row of every table and view of a DuckDB file, and say with which DuckDB: needs nothing but `duckdb`.

    python benchmarks/open_everything.py data/groupaudit.duckdb

Ends with 1 where a relation cannot be read, or where there is none. `.ci/open-in-duckdb-1.5` runs it in a second venv.
"""

import sys

import duckdb

RELATIONS = """
    SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal
    UNION ALL SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal
    ORDER BY 1, 2
"""


def main(path: str) -> int:
    """Read the file; return the exit code."""
    wrong = rows = 0
    with duckdb.connect(path, read_only=True) as connection:
        relations = connection.execute(RELATIONS).fetchall()
        for schema, name in relations:
            try:
                cursor = connection.execute(f'SELECT * FROM "{schema}"."{name}"')
                while batch := cursor.fetchmany(10_000):
                    rows += len(batch)
            except duckdb.Error as error:
                wrong += 1
                print(f"{schema}.{name}: {error}")
    print(f"DuckDB {duckdb.__version__}: {len(relations)} tables and views, {rows:,} rows read, {wrong} failed")
    return 1 if wrong or not relations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
