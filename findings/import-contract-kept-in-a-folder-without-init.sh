#!/usr/bin/env bash
# import-linter says KEPT of a broken contract if the offending module is in a folder without `__init__.py`.
#
# Guess: import-linter checks every module below the root package that Python can import.
# Seen: a subfolder without `__init__.py`, from which Python imports as usual, is not part of the graph: its modules
#     have no imports and break nothing. The summary says "KEPT"; only the number of analyzed files is smaller. Adding
#     the empty file makes the same contract broken.
# Matters: layers hold a projects-as-code engine together (an emulator that must not import the engine it tests). One
#     forgotten or deleted empty file takes a folder out of every contract. Let a test fail on folders without it.
# Versions: import-linter 2.17, grimp 3.20, Python 3.11, 2026-11-29.
# Output:
#> without __init__.py: Python imports flow.engine.steps.build: True
#> without __init__.py: layers KEPT
#> with __init__.py: layers BROKEN
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
python3 -m venv "$temp/venv"
"$temp/venv/bin/pip" install -q --disable-pip-version-check import-linter==2.17 grimp==3.20
"$temp/venv/bin/python" - <<'PYTHON' | tee "$temp/output"
import pathlib
import re
import subprocess
import sys
import tempfile

with tempfile.TemporaryDirectory() as temp:
    root = pathlib.Path(temp)
    for folder in ("flow", "flow/cli", "flow/engine", "flow/engine/steps"):
        (root / folder).mkdir()
        if folder != "flow/engine/steps":
            (root / folder / "__init__.py").touch()
    (root / "flow/cli/main.py").write_text("NAME = 'flow'\n")
    (root / "flow/engine/steps/build.py").write_text("import flow.cli.main\n")
    (root / ".importlinter").write_text(
        "[importlinter]\nroot_package = flow\n"
        "[importlinter:contract:layers]\nname = layers\ntype = layers\nlayers =\n    flow.cli\n    flow.engine\n"
    )

    def verdict():
        command = [pathlib.Path(sys.executable).with_name("lint-imports"), "--no-cache"]
        text = subprocess.run(command, cwd=root, capture_output=True, text=True).stdout
        return re.search(r"layers (KEPT|BROKEN)", text)[0]

    imports = [sys.executable, "-c", "import flow.engine.steps.build"]
    done = subprocess.run(imports, cwd=root, capture_output=True).returncode == 0
    print("without __init__.py: Python imports flow.engine.steps.build:", done)
    print("without __init__.py:", verdict())
    (root / "flow/engine/steps/__init__.py").touch()
    print("with __init__.py:", verdict())
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
