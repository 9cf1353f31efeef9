"""Finds the name that a misspelled one was meant to be: the one "did you mean" of all messages."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

CUTOFF = 0.65
"""How near a name must be to count as a slip of another: 1 is equal."""

SPREAD = 0.05
"""How much less near a second name may be."""


def close(name: str, known: Iterable[str], most: int = 3, cutoff: float = CUTOFF) -> list[str]:
    """
    List the names in *known* that *name* may have been meant to be, the nearest first.

    A name that differs only in case, or writes spaces or dashes for underscores, is nearest of all.
    """
    names = list(dict.fromkeys(known))
    folded = [each for each in names if _folded(each) == _folded(name) and each != name]
    if folded:
        return folded[:most]
    by_lower = {each.lower(): each for each in reversed(names)}
    found = difflib.get_close_matches(name.lower(), by_lower, n=most, cutoff=cutoff)
    ratios = [difflib.SequenceMatcher(None, each, name.lower()).ratio() for each in found]
    return [
        by_lower[each]
        for each, ratio in zip(found, ratios, strict=True)
        if ratio > ratios[0] - SPREAD
    ]


def nearest(name: str, known: Iterable[str], cutoff: float = CUTOFF) -> str | None:
    """The name that *name* was most likely meant to be, if one is near."""
    return next(iter(close(name, known, 1, cutoff)), None)


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """The hint of an error message: ``did you mean "ORDERS" or "ORDER"?``; None if nothing is near."""
    found = close(name, known)
    return (
        f"did you mean {' or '.join(f'{chr(34)}{each}{chr(34)}' for each in found)}?"
        if found
        else None
    )


def _folded(name: str) -> str:
    return name.lower().replace(" ", "_").replace("-", "_")
