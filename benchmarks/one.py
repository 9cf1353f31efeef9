"""
Measures one command in a process of its own, and says in a last line on stderr what it took.

``python -m benchmarks.one preview FOLDER`` does what ``dssdsl preview`` does there.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

NOTHING = {"requests": None, "writes": None, "git": 0.0}


def counted() -> dict[str, Any]:
    """Count what emulators in this process are asked, and the seconds their Git takes."""
    from dssdsl.emulator import Emulator
    from dssdsl.emulator.git.history import History

    found: dict[str, Any] = {"requests": 0, "writes": 0, "git": 0.0}
    drain, serve = History.drain, Emulator.serve

    def timed(self: History) -> None:
        begun = time.perf_counter()
        drain(self)
        found["git"] += time.perf_counter() - begun

    def counting(self: Emulator, method: str, *args: Any, **said: Any) -> Any:
        found["requests"] += 1
        found["writes"] += method not in ("GET", "HEAD")
        return serve(self, method, *args, **said)

    History.drain, Emulator.serve = timed, counting  # type: ignore[method-assign]
    return found


def declare(folder: Path) -> dict[str, Any]:
    """Time from the program's file to its checked graph, everything imported before."""
    from dssdsl import frontends
    from dssdsl.lang.program import Target
    from dssdsl.resources import load_all

    load_all()
    gc.set_threshold(100_000, 20, 100)  # as the command has it
    frontends.load(folder / "warm.py", Target())
    begun, before = time.perf_counter(), time.process_time()
    frontends.load(folder / "project.py", Target())
    return {**NOTHING, "seconds": time.perf_counter() - begun, "cpu": time.process_time() - before}


def serve(folder: Path, latency: float) -> None:
    """Be a DSS on loopback until stdin ends; after each line on stdin say what was asked since the last."""
    found = counted()
    from dssdsl.emulator import Emulator, User
    from dssdsl.emulator import serve as on_loopback

    with (
        Emulator(
            folder, connections={"warehouse": "Snowflake"}, keys={"key": User("admin")}
        ) as dss,
        on_loopback(dss) as server,
    ):
        dss.latency = latency
        print(server.url, flush=True)
        for _ in sys.stdin:
            print(json.dumps(found), flush=True)
            found |= {"requests": 0, "writes": 0, "git": 0.0}


def main() -> None:
    """Run ``COMMAND FOLDER [ARGUMENT…]``."""
    command, folder, *rest = sys.argv[1:]
    if command == "serve":
        serve(Path(folder), float(rest[0]))
        return
    os.chdir(folder)
    if command == "declare":
        found = declare(Path(folder))
    else:
        found = dict(NOTHING) if "loopback" in rest else counted()
        from dssdsl.cli import main as commands

        sys.argv = ["dssdsl", command, *rest]
        try:
            commands.main()
        except SystemExit as ended:
            if ended.code:
                raise
    found["modules"] = len(sys.modules)
    used = resource.getrusage(
        resource.RUSAGE_SELF
    )  # the emulator's Git is a process of its own, and not in it
    found.setdefault("cpu", used.ru_utime + used.ru_stime)
    sys.stdout.flush()
    print(json.dumps(found), file=sys.stderr)


if __name__ == "__main__":
    main()
