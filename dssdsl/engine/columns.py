"""Has DSS detect the columns of sources, and compute those of recipes' outputs."""

from __future__ import annotations

from functools import partial
from typing import Any

from attrs import frozen

from dssdsl.errors import NotComputed
from dssdsl.lang.keys import Key
from dssdsl.lang.kinds import where
from dssdsl.lang.provider import Detects, Propagates, Provider, able
from dssdsl.lang.resource import Resource
from dssdsl.plan.steps import Step

from .guard import Guard
from .ledger import Ledger


@frozen
class Columns:
    """
    Does what a step's `FollowUp` says of columns.

    Attributes:
        dss: The session.
        ledger: What is done so far.
        guard: Asked before each write.
        replaces: Globs of resources that may be deleted and created again.
    """

    dss: Any
    ledger: Ledger
    guard: Guard
    replaces: tuple[str, ...]

    def detect(self, step: Step, provider: Provider, id: str) -> None:
        """Have DSS look at a source, and save the columns that it finds."""
        source = able(provider, Detects)
        schema = source.detect(self.dss, step.project, id)
        if schema is None:
            self.ledger.report(
                step.key, ["no columns found: the source does not exist yet, or is empty"]
            )
            return
        self.guard.check(step.project)
        self.ledger.intend("writing", step)
        source.set_schema(self.dss, step.project, id, schema)
        self.ledger.report(step.key, [f"{len(schema['columns'])} columns detected"])

    def compute(self, step: Step, provider: Provider, resource: Resource) -> None:
        """Have DSS compute the columns of a recipe's outputs, where the program does not declare them."""
        declared = {
            ref.target.identity
            for ref in resource.refs("outputs")
            if isinstance(ref.target, Resource) and getattr(ref.target, "columns", None) is not None
        }
        self.guard.check(step.project)
        self.ledger.intend("writing", step)
        recreate = partial(self.may_recreate, step.project)
        try:
            done = able(provider, Propagates).propagate(
                self.dss, step.project, step.name, declared, recreate
            )
        except NotComputed as error:
            if type(resource).computes_schema is True:
                raise  # DSS knows the columns of each recipe of this class: the next plan asks again
            # A recipe whose columns only a run knows is deployed all the same.
            self.ledger.report(step.key, [f"columns not computed: {error.problem}"])
        else:
            if done:
                self.ledger.report(step.key, [f"columns of {', '.join(done)} computed"])
        self.ledger.complete(step.key)

    def may_recreate(self, project: str, output: str) -> bool:
        """Whether the user agreed to lose the data of an output."""
        kinds = where("has_columns")
        return any(Key(project, kind, output).matches(self.replaces) for kind in kinds)
