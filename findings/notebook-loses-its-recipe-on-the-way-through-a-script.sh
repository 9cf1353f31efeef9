#!/usr/bin/env bash
# A DSS notebook that goes through jupytext to a script and back loses its recipe, its author and its tags.
#
# Guess: the YAML header of the script keeps the notebook's metadata; a notebook written from it belongs to the same
#     recipe.
# Seen: the header keeps `kernelspec` alone. `associatedRecipe` (the link between a recipe and its notebook), `creator`,
#     `createdOn`, `modifiedBy`, `tags` and `customFields` are gone, in percent and light scripts and in Markdown,
#     without a message.
# Matters: keeping notebooks as scripts in git and pushing them back to DSS cuts every notebook from its recipe on the
#     first round. Set `notebook_metadata_filter: all` in the notebook's `jupytext` metadata.
# Versions: jupytext 1.19.6, nbformat 5.11.1, Python 3.11, 2026-11-29.
# Output:
#> py:percent, lost: associatedRecipe createdOn creator customFields modifiedBy tags
#> py:light, lost: associatedRecipe createdOn creator customFields modifiedBy tags
#> md, lost: associatedRecipe createdOn creator customFields modifiedBy tags
#> py:percent with the filter "all", lost: (nothing)
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
python3 -m venv "$temp/venv"
"$temp/venv/bin/pip" install -q --disable-pip-version-check jupytext==1.19.6 nbformat==5.11.1
"$temp/venv/bin/python" - <<'PYTHON' | tee "$temp/output"
import copy

import jupytext
import nbformat

metadata = {
    "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
    "associatedRecipe": "compute_orders", "creator": "analyst", "createdOn": 1764000000000, "modifiedBy": "analyst",
    "tags": ["recipe-editor"], "customFields": {},
}
notebook = nbformat.v4.new_notebook(metadata=metadata, cells=[nbformat.v4.new_code_cell("import dataiku")])


def lost(notebook, format):
    back = jupytext.reads(jupytext.writes(notebook, format), format)
    return " ".join(sorted(set(metadata) - set(back.metadata))) or "(nothing)"


for format in ("py:percent", "py:light", "md"):
    print(f"{format}, lost:", lost(notebook, format))
keeping = copy.deepcopy(notebook)
keeping.metadata["jupytext"] = {"notebook_metadata_filter": "all"}
print('py:percent with the filter "all", lost:', lost(keeping, "py:percent"))
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
