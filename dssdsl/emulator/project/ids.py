"""Ids as DSS generates them: letters and digits, of a length that depends on the kind of object."""

from __future__ import annotations

import random
import string

_ALPHABET = string.ascii_letters + string.digits


def make(size: int) -> str:
    """Generate an id."""
    return "".join(random.choices(_ALPHABET, k=size))  # noqa: S311 - nothing secret
