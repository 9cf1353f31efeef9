#!/usr/bin/env bash
# DSSSimpleFilter of the client turns a disabled filter into an enabled one, and some conditions into others.
#
# Guess: `DSSSimpleFilter.from_dss_filter(f).to_dss_filter()` means what `f` means, or raises.
# Seen: `enabled: false` and `distinct: true` are dropped: the filter now applies, and the recipe no longer removes
#     duplicates. "not empty string" becomes "!= null". A text comparison made by the class itself ("!=") cannot be read
#     back: ValueError. "greater than" a date becomes a comparison of numbers with a text in it.
# Matters: the class is the bridge between filters written in code and those of visual recipes. A tool that reads a
#     filter, changes a value and writes it back changes the rows of the output. Test that from-to is the identity on
#     your filters.
# Versions: dataiku-api-client 15.2.0, Python 3.11, 2026-11-29.
# Output:
#> switched off, distinct: {'enabled': False, 'distinct': True} -> {'enabled': True, 'distinct': None}
#> not empty string -> {'input': 'state', 'operator': '!= [string]', 'string': None}
#> own "!=" read back: ValueError
#> day > 2026-01-01 -> {'input': 'day', 'operator': '>  [number]', 'num': '2026-01-01'}
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
python3 -m venv "$temp/venv"
"$temp/venv/bin/pip" install -q --disable-pip-version-check dataiku-api-client==15.2.0 six==1.17.0
"$temp/venv/bin/python" - <<'PYTHON' | tee "$temp/output"
from dataikuapi.dss.utils import DSSSimpleFilter


def dss_filter(**condition):
    return {"enabled": True, "distinct": False, "uiData": {"mode": "&&", "conditions": [condition]}}


off = dss_filter(input="state", operator="== [string]", string="new") | {"enabled": False, "distinct": True}
back = DSSSimpleFilter.from_dss_filter(off).to_dss_filter()
print("switched off, distinct:", *({key: f.get(key) for key in ("enabled", "distinct")} for f in (off,)),
      "->", {key: back.get(key) for key in ("enabled", "distinct")})

back = DSSSimpleFilter.from_dss_filter(dss_filter(input="state", operator="not empty string")).to_dss_filter()
print("not empty string ->", back["uiData"]["conditions"][0])

own = DSSSimpleFilter("NOT_EQUALS", "state", "new").to_dss_filter()
try:
    DSSSimpleFilter.from_dss_filter(own)
except ValueError:
    print('own "!=" read back: ValueError')

later = DSSSimpleFilter("GREATER_THAN", "day", "2026-01-01").to_dss_filter()
print("day > 2026-01-01 ->", later["uiData"]["conditions"][0])
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
