"""The setting ``store``, as text: on the command line, and in the tags of deployments."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping

from dssdsl.errors import ProgramError

from .keys import STACK


def store_text(store: str | Mapping[str, str]) -> str:
    """Write a store as one text: as in dssdsl.toml, a table as JSON."""
    return store if isinstance(store, str) else json.dumps(dict(store), sort_keys=True)


def read_store(text: str) -> str | Mapping[str, str]:
    """
    Read what `store_text` wrote, or somebody typed.

    Raises:
        ProgramError: It is no store.
    """
    store: str | dict[str, str] = text
    if text.startswith("{"):
        with contextlib.suppress(ValueError):
            store = json.loads(text)
    valid, what = STACK["store"]
    if not valid(store):
        raise ProgramError(f'"{text}" is no store', fix=f"write {what}")
    return store
