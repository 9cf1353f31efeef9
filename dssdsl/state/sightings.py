"""What earlier commands on this machine saw of a lock: how long its record has stayed the same."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from attrs import frozen

from .files import write_atomic
from .holder import boot


@frozen
class SightingFile:
    """
    Remembers the last record that was seen, in a file.

    The clock counts from the machine's start. A sighting from before that start is not used.
    """

    path: Path

    def first_seen(self, record: str, now: float) -> float:
        """Give when *record* was first seen; a file that cannot be used is as good as none."""
        here = boot()
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            seen = json.loads(self.path.read_text(encoding="utf-8"))
            if (seen["record"], seen["machine"]) == (record, here) and seen["at"] <= now:
                return float(seen["at"])
        with contextlib.suppress(OSError):
            document = {"record": record, "machine": here, "at": now}
            write_atomic(self.path, json.dumps(document))
        return now
