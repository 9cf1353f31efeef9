#!/usr/bin/env bash
# deepdiff finds no difference between two lists of steps in different order once it knows the key of a step.
#
# Guess: a compare function for items pairs them by id; with `ignore_order=False`, the default, a changed order stays a
#     difference. `group_by="id"` compares two such lists item by item.
# Seen: with `iterable_compare_func`, moved steps give an empty, falsy DeepDiff (a move is only in the report at
#     `verbose_level=2`), yet a Delta made from that empty difference does reorder the list. With `group_by`, items that
#     share an id shadow one another: deepdiff does not see a change of the first.
# Matters: the steps of a scenario or a prepare recipe run in order, so "no changes" hides a change of their effect; the
#     inputs of a recipe may name a dataset twice. Set verbose_level=2 with every key, and check that keys are unique.
# Versions: deepdiff 9.1.0, Python 3.11, 2026-11-29.
# Output:
#> plain: ['values_changed']
#> with the key: []
#> its Delta turns ['build', 'check'] into ['check', 'build']
#> with the key, verbose_level=2: ['iterable_item_moved']
#> group_by, two items of one id, first changed: []
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
python3 -m venv "$temp/venv"
"$temp/venv/bin/pip" install -q --disable-pip-version-check deepdiff==9.1.0
"$temp/venv/bin/python" - <<'PYTHON' | tee "$temp/output"
from deepdiff import DeepDiff, Delta

old = [{"id": "build", "type": "build_flowitem"}, {"id": "check", "type": "check_dataset"}]
new = [old[1], old[0]]


def same_step(x, y, level=None):
    return x["id"] == y["id"]


print("plain:", list(DeepDiff(old, new)))
keyed = DeepDiff(old, new, iterable_compare_func=same_step)
print("with the key:", list(keyed))
print("its Delta turns", [step["id"] for step in old], "into", [step["id"] for step in old + Delta(keyed)])
moved = DeepDiff(old, new, iterable_compare_func=same_step, verbose_level=2)
print("with the key, verbose_level=2:", list(moved))

inputs = [{"ref": "orders", "prefix": "a"}, {"ref": "orders", "prefix": "b"}]
changed = [{"ref": "orders", "prefix": "CHANGED"}, {"ref": "orders", "prefix": "b"}]
print("group_by, two items of one id, first changed:", list(DeepDiff(inputs, changed, group_by="ref")))
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
