#!/usr/bin/env bash
# python-terraform's `plan(raise_on_error=True)` raises when the plan is fine and has changes.
#
# Guess: it raises when Terraform fails, and returns the plan otherwise.
# Seen: `plan()` always adds `-detailed-exitcode`, with which Terraform ends in 2 for "succeeded, there are changes",
#     and `raise_on_error` takes each code but 0 for a failure. Only a plan without changes does not raise.
# Matters: in a pipeline that deploys DSS with Terraform beside it, the step is green in the first rehearsal (nothing to
#     change) and red on the first real change. Pass `detailed_exitcode=IsNotFlagged`, or test the code for 1 yourself.
# Versions: python-terraform 0.10.1, Python 3.11, 2026-11-29; a shell script stands in for Terraform and ends as its
#     manual says.
# Output:
#> plan() passes -detailed-exitcode: True
#> nothing to change: returns 0
#> two to add: TerraformCommandError, code 2, output: Plan: 2 to add, 0 to change, 0 to destroy.
#> two to add, no -detailed-exitcode: returns 0
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
python3 -m venv "$temp/venv"
"$temp/venv/bin/pip" install -q --disable-pip-version-check python-terraform==0.10.1
"$temp/venv/bin/python" - <<'PYTHON' | tee "$temp/output"
import logging
import pathlib
import tempfile

from python_terraform import IsNotFlagged, Terraform, TerraformCommandError

logging.disable(logging.WARNING)
STAND_IN = """#!/bin/sh
echo "$@" > arguments
case "$*" in *-detailed-exitcode*) code=2;; *) code=0;; esac
[ -e changes ] || { echo "No changes."; exit 0; }
echo "Plan: 2 to add, 0 to change, 0 to destroy."
exit $code
"""
with tempfile.TemporaryDirectory() as temp:
    folder = pathlib.Path(temp)
    binary = folder / "terraform"
    binary.write_text(STAND_IN)
    binary.chmod(0o755)
    terraform = Terraform(working_dir=temp, terraform_bin_path=str(binary))
    code, _, _ = terraform.plan(raise_on_error=True)
    print("plan() passes -detailed-exitcode:", "-detailed-exitcode" in (folder / "arguments").read_text())
    print("nothing to change: returns", code)
    (folder / "changes").touch()
    try:
        terraform.plan(raise_on_error=True)
    except TerraformCommandError as error:
        print(f"two to add: TerraformCommandError, code {error.returncode}, output: {error.out.strip()}")
    code, _, _ = terraform.plan(raise_on_error=True, detailed_exitcode=IsNotFlagged)
    print("two to add, no -detailed-exitcode: returns", code)
PYTHON
diff <(sed -n 's/^#> //p' "$0") "$temp/output"
