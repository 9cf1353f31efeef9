"""Find the process that serves a data folder, and announce that this one does."""

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
"""The path of the requests that control an emulator."""

_FILE = "server.json"


@frozen
class Running:
    """A process that serves a data folder."""

    url: str
    pid: int
    token: str
    """The bearer token of requests that control it, because every page in a browser reaches this machine."""

    @staticmethod
    def find(root: Path) -> Running | None:
        """Return the process that serves a folder, or None. Ignores the file that a killed process left."""
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
        Send a request that controls the emulator.

        Raises:
            requests.RequestException: There is no response.
            ValueError: The emulator refuses; the message has the reason.
        """
        import requests

        with requests.Session() as session:
            session.trust_env = False  # not through a proxy
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
    """Return a random token."""
    return secrets.token_urlsafe(24)


@contextlib.contextmanager
def announce(root: Path, url: str, token: str) -> Iterator[None]:
    """Announce in a data folder that this process serves it, while the block runs."""
    file = root / _FILE
    text = json.dumps(asdict(Running(url, os.getpid(), token)))
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:  # noqa: PTH123 - only its owner may read it, from the first byte on
        out.write(text)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
