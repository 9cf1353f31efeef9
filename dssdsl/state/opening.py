"""Opens the store that a stack's settings name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

from .hosts import normalized_host

if TYPE_CHECKING:
    from dssdsl.dss.session import Session
    from dssdsl.settings import Settings

    from .store import Store


def open_store(settings: Settings, session: Callable[[], Session]) -> Store:
    """
    Open the store of a stack; only the libraries that it needs are imported.

    Args:
        settings: The stack.
        session: Gives the connection to its DSS, for ``store = "dss"``.
    """
    store = settings.store
    if store == "dss":
        from .stores.dss import DssStore

        return DssStore(session())
    if store == "local":
        from .stores.local import LocalStore

        return LocalStore(settings.own_folder() / "state" / settings.name)
    place = f"{path_part(normalized_host(settings.host))}/{path_part(settings.name)}"
    if not isinstance(store, str) or store == "git":
        from .repository import Repository, is_url
        from .stores.git import BRANCH, GitStore

        said: Mapping[str, str] = {} if isinstance(store, str) else store
        named = said.get("git", ".")
        where = named if is_url(named) else str(settings.folder / named)
        cache = settings.own_folder() / "git"
        return GitStore(Repository(where, cache), place, said.get("branch", BRANCH))
    if store.startswith("file://"):
        from .stores.local import LocalStore

        return LocalStore(Path(url2pathname(urlsplit(store).path)) / place)
    from .stores.remote import Bucket, RemoteStore

    return RemoteStore(Bucket(store), place)


def path_part(name: str) -> str:
    """Make a host or stack one part of a path and of a Git ref."""
    return re.sub(r"[^A-Za-z0-9.-]+|\.{2,}|^\.|\.$|\.lock$", "_", name.rstrip("/")) or "_"
