"""The columns of a program's datasets: declared, or inferred from the recipes that write them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from attrs import define, field

from dssdsl.columns.columns import Columns, Gap
from dssdsl.columns.flow import Flow
from dssdsl.columns.missing import READERS
from dssdsl.columns.recipes import Recipe
from dssdsl.errors import ProgramError
from dssdsl.lang.graph import flow_key
from dssdsl.lang.model import many
from dssdsl.lang.program import Program
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Ref, at_creation, map_leaves, settled
from dssdsl.resources.datasets.columns import declared
from dssdsl.resources.datasets.files import AnyFileDataset
from dssdsl.resources.datasets.managed import Dataset

from .payload import unfold, without_nulls


@define
class Known:
    """
    The columns of a program's datasets.

    Attributes:
        program: The program.
        size: How many resources it had when this was made.
    """

    program: Program
    size: int
    flow: Flow = field(init=False)
    _keys: Mapping[str, Any] = field(init=False)
    _writers: dict[str, Any] = field(factory=dict, init=False)
    _recipes: dict[str, Recipe] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self._keys = {str(key): resource for key, resource in self.program.keys.items()}
        for resource in self.program.resources:
            for ref in () if resource._faulty or resource._spoilt else resource.refs("outputs"):
                self._writers.setdefault(flow_key(ref, self.program), resource)
        self.flow = Flow(self._declared, self._writer, self._dimensions)

    @classmethod
    def of(cls, program: Program) -> Known:
        """That of a program, computed once."""
        found: Known | None = program.known
        if found is None or found.size != len(program.resources):
            found = program.known = cls(program, len(program.resources))
        return found

    def columns(self, ref: Ref) -> Columns:
        """The columns of what a reference means."""
        return self.flow.columns(flow_key(ref, self.program))

    def unchecked(self) -> list[Gap]:
        """Why columns that recipes read could not be checked: each reason once, in the order of the program."""
        found: dict[Gap, None] = {}
        for resource in self.program.resources:
            if resource._faulty or resource._spoilt or not resource.refs("outputs"):
                continue
            recipe = self.recipe(resource)
            for name in recipe.inputs.get("main", ()) if recipe.type in READERS else ():
                gaps = self.flow.columns(name).gaps
                found |= dict.fromkeys(sorted(gaps, key=lambda gap: (gap.where, gap.what)))
        return list(found)

    def _declared(self, key: str) -> Columns | None:
        columns = getattr(self._keys.get(key), "columns", None)
        return declared(columns) if columns else None

    def _writer(self, key: str) -> Recipe | None:
        resource = self._writers.get(key)
        return None if resource is None else self.recipe(resource)

    def _dimensions(self, key: str) -> Collection[str]:
        dataset = self._keys.get(key)
        if not isinstance(dataset, AnyFileDataset):
            return ()
        return [each.name for each in many(dataset.partitioning)]

    def _is_open(self, resource: Any) -> bool:
        """Whether more than the program decides on a recipe's columns."""
        if resource.adopted or resource.ignore_changes:
            return True
        # Without a type of its own, a dataset's connection decides whether it is files or a table.
        return resource.wire == "sync" and any(
            isinstance(dataset := self._keys.get(flow_key(ref, self.program)), Dataset)
            and dataset.partitioning
            for ref in resource.refs("outputs")
        )

    def recipe(self, resource: Any) -> Recipe:
        """A recipe of the program, with the keys of what it reads and writes as names."""
        if resource.key not in self._recipes:
            self._recipes[resource.key] = Recipe(
                str(getattr(resource, "type", None) or resource.wire),
                lambda: self._part(resource, "payload"),
                lambda: self._part(resource, "params") or {},
                self._names(resource, "inputs"),
                self._names(resource, "outputs"),
                resource.identity,
                open=self._is_open(resource),
            )
        return self._recipes[resource.key]

    def _names(self, resource: Any, side: Any) -> dict[str, list[str]]:
        return {
            role: [
                flow_key(Ref(getattr(item, "of", item), resource), self.program) for item in items
            ]
            for role, items in resource.roles(side).items()
        }

    def _part(self, resource: Resource, part: str) -> Any:
        """The payload or the params, in the form of DSS."""
        try:
            found = resource.wanted().get(part)
        except ProgramError:  # reported where the graph is built
            return None
        found = settled(at_creation(found))
        if not isinstance(found, dict):
            return found
        named = map_leaves(
            found, lambda leaf: flow_key(leaf, self.program) if isinstance(leaf, Ref) else leaf
        )
        return unfold(without_nulls(named), {})
