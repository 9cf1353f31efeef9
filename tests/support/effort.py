"""
How much the laws try, and which seed they draw from.

`make test` tries a little of everything, always from the same seed; `make proof` tries all of it, from another seed
in each run. Both print the seed, and ``DSSDSL_SEED=<number>`` repeats the draws. ``DSSDSL_EXAMPLES=10`` draws ten
times as many.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from random import Random
from typing import TypeVar
from zlib import crc32

from attrs import define


@define
class Effort:
    """What the options of a run say; `tests/conftest.py` sets it before any test module is imported."""

    proof: bool = False
    seed: int = 0


EFFORT = Effort()
T = TypeVar("T")


def extent(quick: T, full: T) -> T:
    """Return *quick* in `make test`, *full* in `make proof`."""
    return full if EFFORT.proof else quick


def examples(quick: int, full: int) -> int:
    """Return how many examples to draw: `extent`, times ``DSSDSL_EXAMPLES``."""
    return max(1, round(extent(quick, full) * float(os.environ.get("DSSDSL_EXAMPLES", "1"))))


def some(everything: Sequence[T], quick: int, *place: object) -> list[T]:
    """Return all in `make proof`; in `make test` at most *quick* of it, drawn by the seed, in their order."""
    if EFFORT.proof or len(everything) <= quick:
        return [*everything]
    chosen = sorted(drawn(*place).sample(range(len(everything)), quick))
    return [everything[n] for n in chosen]


def seed_of(*place: object) -> int:
    """Return the seed of one place that draws, such as a test and its chunk."""
    return crc32(repr((EFFORT.seed, *place)).encode())


def drawn(*place: object) -> Random:
    """Return what one place draws from."""
    return Random(seed_of(*place))
