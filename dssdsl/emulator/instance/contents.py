"""Count what a data folder contains, without opening it."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

from dssdsl.emulator.project.kinds import KINDS


def contents(root: Path) -> dict[str, dict[str, Any]]:
    """Return for each project how many objects of each kind it has, and how many pending commits."""
    return {
        folder.name: {
            "objects": {
                kind.folder: count
                for kind in KINDS
                if (count := sum(1 for _ in folder.glob(f"{kind.folder}/*{kind.file}")))
            },
            "pendingCommits": _pending(root / "journals" / f"{folder.name}.jsonl"),
        }
        for folder in sorted((root / "projects").glob("*"))
        if folder.is_dir()
    }


def _pending(journal: Path) -> int:
    if not journal.exists():
        return 0
    count = 0
    for line in journal.read_text(encoding="utf-8").splitlines():
        with contextlib.suppress(
            ValueError
        ):  # the last line, if a process was killed while it wrote it
            count += json.loads(line).get("message") is not None
    return count
