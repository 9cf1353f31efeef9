"""Opens the store that a stack names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

if TYPE_CHECKING:
    from dssdsl.dss.session import Session
    from dssdsl.settings import Settings

    from . import Store

FOLDER = ".dssdsl/state"


def opened(settings: Settings, session: Callable[[], Session]) -> Store:
    """
    Give the store of a stack; only its own libraries are loaded.

    Args:
        settings: The stack.
        session: Gives its DSS, for a store that is in there.
    """
    store = settings.store
    if store == "dss":
        from .dss import DssStore

        return DssStore(session())
    if store == "local":
        from .local import LocalStore

        return LocalStore(settings.folder / FOLDER / settings.name)
    place = f"{plain(re.sub('^[a-z]+://', '', settings.host))}/{plain(settings.name)}"
    if not isinstance(store, str) or store == "git":
        from .git import BRANCH, GitStore
        from .repository import Repository, is_url

        said: Mapping[str, str] = {} if isinstance(store, str) else store
        named = said.get("git", ".")
        where = named if is_url(named) else str(settings.folder / named)
        cache = settings.folder / ".dssdsl" / "git"
        return GitStore(Repository(where, cache), place, said.get("branch", BRANCH))
    if store.startswith("file://"):
        from .local import LocalStore

        return LocalStore(Path(url2pathname(urlsplit(store).path)) / place)
    from .remote import Bucket, RemoteStore

    return RemoteStore(Bucket(store), place)


def plain(name: str) -> str:
    """A host or stack as one part of a path and of a Git ref."""
    return re.sub(r"[^A-Za-z0-9.-]+|\.{2,}|^\.|\.$|\.lock$", "_", name.rstrip("/")) or "_"
