"""The user of an API key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen


@frozen
class User:
    """The user of an API key, and their rights."""

    login: str
    admin: bool = True
    projects: frozenset[str] | set[str] | None = None
    """Keys of the projects that they may use; None for all."""

    read_only: bool = False
    groups: Sequence[str] = ()
    rights: Mapping[str, Mapping[str, Any]] | None = None
    """The rights of the key in each project; None if the projects' permissions decide."""

    may: frozenset[str] | None = None
    """The rights of the key on the instance, such as ``mayCreateProjects``; None for those of the groups."""
