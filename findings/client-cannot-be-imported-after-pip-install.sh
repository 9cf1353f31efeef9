#!/usr/bin/env bash
# A plain `pip install dataiku-api-client` gives a package that cannot be imported.
#
# Guess: the package declares its requirements, and pip installs them.
# Seen: the client imports `six` and does not require it. python-dateutil, which it does require, needs six no more in
#     version 4, so a fresh environment has none, and `import dataikuapi` fails.
# Matters: the same Dockerfile with the same pin worked as long as python-dateutil needed six, and environments that get
#     six from another package hide the gap. Require `six` next to dataiku-api-client.
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
