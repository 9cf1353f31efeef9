#!/usr/bin/env bash
# sqlglot takes a DSS variable in SQL for other SQL, without an error: `${threshold}` becomes a struct,
# `${projectKey}_orders` an alias.
#
# Guess: `${...}` is not SQL, so sqlglot raises ParseError in every dialect, or keeps it as it is.
# Seen: it depends on the dialect. Without one, and for BigQuery, MySQL, Oracle and T-SQL, `$` is dropped and
#     `{threshold}` is a struct literal: STRUCT(threshold). Hive, Spark and Databricks know `${x}`, but
#     `${projectKey}_orders` ends after the brace: the table is called `${projectKey}` and `_orders` is its alias.
#     PostgreSQL, Snowflake and Redshift raise.
# Matters: formatting, linting or reading the lineage of a SQL recipe with sqlglot before DSS replaces the variables
#     rewrites the query or finds tables that do not exist, and nothing says so. Replace variables by quoted names
#     first.
# Versions: sqlglot 30.30.0, Python 3.11, 2026-11-29.
# Output:
#> (none), bigquery, mysql, oracle, tsql: SELECT * FROM STRUCT(projectKey) | SELECT a FROM t WHERE a > STRUCT(threshold)
#> hive, spark, databricks: SELECT * FROM ${projectKey} AS _orders | SELECT a FROM t WHERE a > ${threshold}
#> postgres, snowflake, redshift: ParseError | ParseError
#> tables that spark finds: ['${projectKey}']
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
python3 -m venv "$temp/venv"
"$temp/venv/bin/pip" install -q --disable-pip-version-check sqlglot==30.30.0
"$temp/venv/bin/python" - <<'PYTHON' | tee "$temp/output"
import sqlglot
from sqlglot.errors import ParseError

QUERIES = ("SELECT * FROM ${projectKey}_orders", "SELECT a FROM t WHERE a > ${threshold}")


def written(query, dialect):
    try:
        return sqlglot.transpile(query, read=dialect, write=dialect)[0]
    except ParseError:
        return "ParseError"


for group in ((None, "bigquery", "mysql", "oracle", "tsql"), ("hive", "spark", "databricks"),
              ("postgres", "snowflake", "redshift")):
    answers = {" | ".join(written(query, dialect) for query in QUERIES) for dialect in group}
    print(", ".join(dialect or "(none)" for dialect in group) + ":", *answers)
tables = sqlglot.parse_one(QUERIES[0], read="spark").find_all(sqlglot.exp.Table)
print("tables that spark finds:", [table.sql(dialect="spark").split(" AS ")[0] for table in tables])
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
