#!/usr/bin/env bash
# In tomlkit the comment above a table belongs to the table before it: a stack's warning outlives it, or goes with
# another.
#
# Guess: the comment on the lines above `[stacks.prod]` belongs to that table, as every reader and formatter takes it.
# Seen: it is the end of `[stacks.dev]`. Deleting `stacks.prod` leaves its warning above `[options]`, where it warns of
#     the wrong thing; giving `stacks.dev` new values deletes the warning of prod, which nobody touched.
# Matters: a tool that adds, renames or removes a stack for its user "and keeps the rest of the file" changes the file's
#     warnings about production. Change single keys of a table in place, and look at the comments before a table that
#     you remove.
# Versions: tomlkit 0.15.2, Python 3.11, 2026-11-29.
# Output:
#> delete prod:
#>   [stacks.dev]
#>   host = "dev"
#>   # production: ask first
#>   [options]
#>   color = true
#> give dev new values:
#>   [stacks.dev]
#>   host = "new"
#>   [stacks.prod]
#>   host = "prod"
#>   [options]
#>   color = true
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
python3 -m venv "$temp/venv"
"$temp/venv/bin/pip" install -q --disable-pip-version-check tomlkit==0.15.2
"$temp/venv/bin/python" - <<'PYTHON' | tee "$temp/output"
import tomlkit

FILE = """\
[stacks.dev]
host = "dev"

# production: ask first
[stacks.prod]
host = "prod"

[options]
color = true
"""


def show(title, document):
    print(title)
    for line in tomlkit.dumps(document).splitlines():
        if line:
            print(" ", line)


document = tomlkit.parse(FILE)
del document["stacks"]["prod"]
show("delete prod:", document)
document = tomlkit.parse(FILE)
document["stacks"]["dev"] = {"host": "new"}
show("give dev new values:", document)
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
