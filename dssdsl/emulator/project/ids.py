"""Ids as DSS makes them up: letters and digits, of a length that tells the kind of object."""

from __future__ import annotations

import random
import string

_ALPHABET = string.ascii_letters + string.digits


def make(size: int) -> str:
    """Make up an id."""
    return "".join(random.choices(_ALPHABET, k=size))  # noqa: S311 - nothing secret
