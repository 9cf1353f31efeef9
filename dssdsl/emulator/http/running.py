"""Says which process serves a folder of projects, for those who would open it a second time."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import asdict, frozen

PREFIX = "/__emulator"
"""The path under which an emulator can be controlled."""

_FILE = "server.json"


@frozen
class Running:
    """A process that serves a folder."""

    url: str
    pid: int
    token: str
    """What it asks of those who control it: every page in a browser reaches this machine."""

    @staticmethod
    def find(root: Path) -> Running | None:
        """Return who serves a folder; a note that a killed process left does not count."""
        import requests

        try:
            found = Running(**json.loads((root / _FILE).read_text(encoding="utf-8")))
            return found if found.ask("GET", "status")["pid"] == found.pid else None
        except requests.Timeout:
            return found  # it is busy
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def ask(self, method: str, where: str, **body: Any) -> Any:
        """
        Ask something of the emulator itself.

        Raises:
            requests.RequestException: There is no answer.
            ValueError: It refuses, with its reason.
        """
        import requests

        with requests.Session() as session:
            session.trust_env = False  # no proxy leads to this machine
            answer = session.request(
                method,
                f"{self.url}{PREFIX}/{where}",
                json=body,
                headers={"Authorization": f"Bearer {self.token}"},
                timeout=(2, 60),
            )
        found = answer.json()
        if not answer.ok:
            raise ValueError(found["message"])
        return found


def new_token() -> str:
    """Return something that nobody guesses."""
    return secrets.token_urlsafe(24)


@contextlib.contextmanager
def announce(root: Path, url: str, token: str) -> Iterator[None]:
    """Note beside a folder's projects that this process serves them, as long as the block runs."""
    file = root / _FILE
    text = json.dumps(asdict(Running(url, os.getpid(), token)))
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:  # noqa: PTH123 - only its owner may read it, from the first byte on
        out.write(text)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
