"""Loads programs for the tests of YAML."""

from __future__ import annotations

from pathlib import Path

import pytest

from dssdsl import frontends
from dssdsl.errors import DssdslError
from dssdsl.lang.model import many
from dssdsl.lang.program import Program, Target
from dssdsl.lang.resolver import Resolver
from dssdsl.lang.values import Initial, Secret, map_leaves

CONFIG = {"warehouse": "wh", "storage": "wh", "nightly": True, "threads": 4, "countries": ["FR"]}


def load(path: Path, **target) -> Program:
    return frontends.load(path, Target(**{"config": CONFIG, **target}))[0]


def errors(path: Path, **target) -> list[tuple[str, str | None, str | None]]:
    with pytest.raises(DssdslError) as caught:
        load(path, **target)
    return [(e.problem, e.at, e.fix) for e in caught.value.each()]


def documents(program: Program) -> dict[str, object]:
    """What each resource wants, in a form that can be compared."""

    def plain(leaf):
        if isinstance(leaf, Initial):
            return "initial", map_leaves(leaf.value, plain)
        return ("secret", leaf.variable) if isinstance(leaf, Secret) else leaf

    resolver = Resolver(program)
    return {
        r.key: (
            type(r).__name__,
            map_leaves(resolver.resolve(r.wanted()), plain),
            getattr(getattr(r, "zone", None), "identity", None),
            [d.key for d in many(r.depends_on)],
            r.protect,
        )
        for r in program.resources
    }
