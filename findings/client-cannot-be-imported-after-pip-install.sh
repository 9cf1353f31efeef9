#!/usr/bin/env bash
# A plain `pip install dataiku-api-client` gives a package that cannot be imported.
#
# Guess: pip installs what the client needs, as it does for every package that declares its requirements.
# Seen: the client imports `six` and does not require it. It used to come with python-dateutil; since python-dateutil 4 no longer
#     needs six, a fresh environment has none, and `import dataikuapi` fails.
# Matters: nothing changes in the client's version: an image built last year works, the same Dockerfile built today does not,
#     and environments that have six by another package hide it. Require `six` next to dataiku-api-client.
# Versions: dataiku-api-client 15.2.0, python-dateutil 4.0.0, Python 3.11, 2026-11-29.
# Output:
#> import dataikuapi: ModuleNotFoundError: No module named 'six'
#> declared requirements: python-dateutil, requests
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
python3 -m venv "$temp/venv"
"$temp/venv/bin/pip" install -q --disable-pip-version-check dataiku-api-client==15.2.0 python-dateutil==4.0.0
"$temp/venv/bin/python" - <<'PYTHON' | tee "$temp/output"
import importlib.metadata
import re

try:
    import dataikuapi
except ModuleNotFoundError as error:
    print("import dataikuapi: ModuleNotFoundError:", error)
requirements = importlib.metadata.requires("dataiku-api-client")
print("declared requirements:", ", ".join(sorted(re.match(r"[\w-]+", line)[0] for line in requirements)))
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
