"""How steps and triggers refer to flow objects and to other scenarios."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import Field, InstanceOf

from dssdsl.lang import kinds
from dssdsl.lang.fields import form
from dssdsl.lang.project_resource import Taggable
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Document, Ref
from dssdsl.resources.flow import AnyFlowItem

FlowItem: TypeAlias = InstanceOf[AnyFlowItem] | str
"""A dataset, folder, model or evaluation store; or the name of one, which outside the program is a dataset's."""

ITEMS = form("datasets, folders, models or evaluation stores: one, or a list")

SCENARIO = form("a Scenario, or its id")


class AnyScenario(Taggable):
    """A scenario, as other scenarios refer to it."""

    kind = "scenario"
    runs_code = True
    section = "scenarios"
    order = 10
    family = "Scenarios"
    identified_by = "id"

    id: Annotated[str, form("an id such as NIGHTLY, of letters, digits and underscores")] = Field(
        kw_only=False
    )
    """Its id: letters, digits and underscores. DSS cannot change it."""


def item(of: Any, owner: Resource, partitions: str) -> Document:
    """A reference to an object of the Flow, in the form of steps and triggers."""
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
    """A reference to a scenario, which is no dependency: DSS accepts one that does not exist."""
    local = of.identity if isinstance(of, Resource) else str(of).rpartition(".")[2]
    out: Document = {"scenarioId": local}
    if foreign := foreign_project(of, of, owner):
        out["projectKey"] = foreign
    return out


def foreign_project(of: Any, target: Any, owner: Resource) -> str | None:
    """The key of the project of *of*, if it is another one than the owner's."""
    if isinstance(target, Resource):
        key = getattr(getattr(target, "project", None), "identity", None)
    else:
        prefix = str(of).rpartition(".")[0]
        declared = owner._program.find_project(prefix) if prefix else None
        key = declared.identity if declared is not None else prefix
    mine = getattr(getattr(owner, "project", None), "identity", None)
    return key if key and key != mine else None
