#!/usr/bin/env bash
# dataiku-scoring gives one row different predictions, depending on the other rows of the batch and on the container.
#
# Guess: a row has one prediction: alone, in a batch, as a dict, in a list or in a DataFrame.
# Seen: the model makes one array of a categorical column and converts it to texts afterwards. {"store": 1} alone is the
#     category "1". Next to a row without a store the array holds objects, 1 stays a number, equals no category, and the
#     row is scored as an unseen value. Next to 2.5, or in a DataFrame with a missing value, it is "1.0". In lists a
#     float NaN next to a text column turns into the category "nan" instead of a missing value.
# Matters: a model exported from DSS passes a test row by row and is wrong in production, only in batches with gaps,
#     without a warning. Convert categorical columns to texts yourself before you score.
# Versions: dataiku-scoring 15.2.0, numpy 2.4.6, pandas 3.1.1, Python 3.11, 2026-11-29.
# Output:
#> coefficients: store 1 -> 10, store 2 -> 20, unseen -> -1, missing -> -5
#> alone: [10.0]
#> with store 2: [10.0, 20.0]
#> with a row without store: [-1.0, -5.0]
#> with store 2.5: [-1.0, -1.0]
#> with store "2" as a text: [10.0, 20.0]
#> DataFrame, no gap: [10.0, 20.0]
#> DataFrame, one gap: [-1.0, -5.0]
#> lists, NaN as the gap: [10.0, -1.0]
#> texts, one gap: [10.0, -5.0]
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
python3 -m venv "$temp/venv"
"$temp/venv/bin/pip" install -q --disable-pip-version-check dataiku-scoring==15.2.0 numpy==2.4.6 pandas==3.1.1
"$temp/venv/bin/python" - <<'PYTHON' | tee "$temp/output"
import gzip
import json
import logging
import pathlib
import tempfile

import pandas
from dataikuscoring import load_model

logging.disable(logging.WARNING)

# a linear model over one dummy-encoded column, with the files that the loader reads from an export
with tempfile.TemporaryDirectory() as temp:
    folder = pathlib.Path(temp)
    (folder / "split").mkdir()
    files = {
        "dss_pipeline_meta.json": {
            "type": "REGRESSION", "algorithm_name": "LINEAR",
            "columns": ["dummy:store:1", "dummy:store:2", "dummy:store:__Others__", "dummy:store:N/A"],
        },
        "rpreprocessing_params.json": {"per_feature": {
            "store": {"role": "INPUT", "type": "CATEGORY"},
            "note": {"role": "REJECT", "type": "CATEGORY"},
            "sales": {"role": "TARGET", "type": "NUMERIC"},
        }},
        "split/split.json": {"schema": {"columns": [
            {"name": "store", "type": "bigint"}, {"name": "note", "type": "string"}, {"name": "sales", "type": "double"},
        ]}},
        "rmodeling_params.json": {},
        "dummies.json": {"details": {"store": {"levels": ["1", "2"], "with_others": True}}},
    }
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content))
    parameters = {"intercept": 0.0, "coefficients": [10.0, 20.0, -1.0, -5.0]}
    (folder / "dss_pipeline_model.gz").write_bytes(gzip.compress(json.dumps(parameters).encode()))
    model = load_model(temp)

print("coefficients: store 1 -> 10, store 2 -> 20, unseen -> -1, missing -> -5")
batches = {
    "alone": [{"store": 1}],
    "with store 2": [{"store": 1}, {"store": 2}],
    "with a row without store": [{"store": 1}, {"store": None}],
    "with store 2.5": [{"store": 1}, {"store": 2.5}],
    'with store "2" as a text': [{"store": 1}, {"store": "2"}],
    "DataFrame, no gap": pandas.DataFrame({"store": [1, 2], "note": ["a", "b"]}),
    "DataFrame, one gap": pandas.DataFrame({"store": [1, None], "note": ["a", "b"]}),
    "lists, NaN as the gap": [[1, "a"], [float("nan"), "b"]],
    "texts, one gap": [{"store": "1"}, {"store": None}],
}
for name, batch in batches.items():
    print(f"{name}: {[float(value) for value in model.predict(batch)]}")
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
