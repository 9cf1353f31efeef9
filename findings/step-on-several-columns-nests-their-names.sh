#!/usr/bin/env bash
# `with_multiple_column_selection("a", "b")` writes the columns of a prepare step as one list inside a list.
#
# Guess: the step applies to the columns a and b: `"columns": ["a", "b"]`, as `with_columns("a", "b")` writes it.
# Seen: `"columns": [["a", "b"]]`. The method passes its tuple of names on as one name.
#     `with_single_column_selection("a")` is right, so a step works until a second column joins.
# Matters: the builder is the client's way to write prepare steps of a visual analysis from code; nothing checks the
#     step before DSS reads it. Call `with_column_selection_mode("COLUMNS").with_columns("a", "b")`.
# Versions: dataiku-api-client 15.2.0, Python 3.11, 2026-11-29.
# Output:
#> with_single_column_selection: {"appliesTo": "SINGLE_COLUMN", "columns": ["price"]}
#> with_multiple_column_selection: {"appliesTo": "COLUMNS", "columns": [["price", "amount"]]}
#> with_columns: {"appliesTo": "COLUMNS", "columns": ["price", "amount"]}
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
python3 -m venv "$temp/venv"
"$temp/venv/bin/pip" install -q --disable-pip-version-check dataiku-api-client==15.2.0 six==1.17.0
"$temp/venv/bin/python" - <<'PYTHON' | tee "$temp/output"
import json

from dataikuapi.dss.analysis import RemoveRowsStepBuilder

steps = {
    "with_single_column_selection": RemoveRowsStepBuilder().with_single_column_selection("price"),
    "with_multiple_column_selection": RemoveRowsStepBuilder().with_multiple_column_selection("price", "amount"),
    "with_columns": RemoveRowsStepBuilder().with_column_selection_mode("COLUMNS").with_columns("price", "amount"),
}
for name, builder in steps.items():
    print(f"{name}: {json.dumps(builder.step['params'])}")
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
