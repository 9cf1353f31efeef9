"""The places in which a resource changes, and why."""

from __future__ import annotations

import enum
from typing import Any

from attrs import frozen


class Reason(enum.StrEnum):
    """Why a place changes or not."""

    NEW = "new"
    GONE = "gone"
    UNMANAGED = "unmanaged"
    ALREADY_SET = "already_set"
    AS_NORMALIZED = "as_normalized"
    ADOPTED_DIFFERS = "adopted_differs"
    CHANGED_IN_DSS = "changed_in_dss"
    REMOVED_FROM_CODE = "removed_from_code"
    CHANGED_ON_BOTH_SIDES = "changed_on_both_sides"
    CHANGED_IN_CODE = "changed_in_code"


DRIFT = (Reason.CHANGED_IN_DSS, Reason.CHANGED_ON_BOTH_SIDES)
"""The reasons of what somebody changed in DSS."""


class Effect(enum.StrEnum):
    """What a change requires."""

    UPDATE = "update"
    REPLACE = "replace"
    MOVE = "move"
    SHOW = "show"
    """Nothing: a run made the difference and it stays, or no default is known."""


@frozen
class Change:
    """
    One place whose live value differs from the wanted one.

    Attributes:
        pointer: The place in the document.
        field: The resource's field that it belongs to.
        old: What DSS holds, canonically.
        new: What it is to hold.
        source: The program's file that the new value came from, for code.
        secret: Whether the place holds a secret; then no value is shown.
    """

    pointer: str
    field: str
    old: Any
    new: Any
    reason: Reason
    effect: Effect = Effect.UPDATE
    source: str | None = None
    secret: bool = False
