"""A process that deploys when it is told to: one of the two that race in ``test_races.py``."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from dssdsl.errors import DssdslError
from dssdsl.workspace import Workspace


def deploy(folder: str, at: float, lock_timeout: float) -> dict[str, object]:
    """Run `up` at the time *at*; gives what came of it."""
    workspace = Workspace(Path(folder), stack="race", lock_timeout=lock_timeout)
    workspace.loaded  # noqa: B018 - so that both ask DSS at the same moment
    time.sleep(max(0.0, at - time.time()))
    try:
        deployment = workspace.up()
    except DssdslError as error:
        return {"exit": error.exit_code, "error": str(error), "pid": os.getpid()}
    return {"exit": 0, "deployed": deployment.result is not None, "pid": os.getpid()}


def main() -> None:
    """Do what each line says, and answer with one."""
    for order in sys.stdin:
        print(json.dumps(deploy(**json.loads(order))), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
