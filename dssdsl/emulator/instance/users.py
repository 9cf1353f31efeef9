"""The user of an API key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen


@frozen
class User:
    """Whom an API key stands for, and what they may do."""

    login: str
    admin: bool = True
    projects: frozenset[str] | set[str] | None = None
    """Keys of the projects that they may use; None means all."""

    read_only: bool = False
    groups: Sequence[str] = ()
    rights: Mapping[str, Mapping[str, Any]] | None = None
    """What the key may do in each project, where the key says so and not the projects."""

    may: frozenset[str] | None = None
    """What the key may do on the instance, such as ``mayCreateProjects``; None: as the groups may."""
