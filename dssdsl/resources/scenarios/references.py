"""How steps and triggers refer to flow objects and to other scenarios."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import Field, InstanceOf

from dssdsl.lang import kinds
from dssdsl.lang.fields import form
from dssdsl.lang.resource import Resource, Taggable
from dssdsl.lang.values import Document, Ref
from dssdsl.resources.flow import Referable

FlowItem: TypeAlias = InstanceOf[Referable] | str
"""A dataset, folder, model or evaluation store; a string names a dataset that is outside the program."""

ITEMS = form("datasets, folders, models or evaluation stores: one, or a list")

SCENARIO = form("a Scenario, or its id")


class AnyScenario(Taggable):
    """A scenario, as other scenarios refer to it."""

    kind = "scenario"
    section = "scenarios"
    order = 10
    family = "Scenarios"
    identified_by = "id"

    id: Annotated[str, form("an id such as NIGHTLY, of letters, digits and underscores")] = Field(
        kw_only=False
    )
    """Its id, for ever; letters, digits and underscores."""


def item(of: Any, owner: Resource, partitions: str) -> Document:
    """Write an object of the Flow as steps and triggers name it."""
    target: Any = of
    if isinstance(of, str):
        target = owner._program.lookup(of, getattr(owner, "project", None), kinds.flow_items())
    out: Document = {
        "type": getattr(target, "object_type", "") or "DATASET",
        "itemId": Ref(of, owner, smart=False),
        "partitionsSpec": partitions,
    }
    if foreign := foreign_project(of, target, owner):
        out["projectKey"] = foreign
    return out


def scenario_params(of: Any, owner: Resource) -> Document:
    """Write a reference to a scenario; it makes no dependency, as DSS does not ask for one."""
    local = of.identity if isinstance(of, Resource) else str(of).rpartition(".")[2]
    out: Document = {"scenarioId": local}
    if foreign := foreign_project(of, of, owner):
        out["projectKey"] = foreign
    return out


def foreign_project(of: Any, target: Any, owner: Resource) -> str | None:
    """The key of the project that *of* is in, if it is not its owner's."""
    if isinstance(target, Resource):
        key = getattr(getattr(target, "project", None), "identity", None)
    else:
        prefix = str(of).rpartition(".")[0]
        declared = owner._program.find_project(prefix) if prefix else None
        key = declared.identity if declared is not None else prefix
    mine = getattr(getattr(owner, "project", None), "identity", None)
    return key if key and key != mine else None
