"""The follow-ups of a step: DSS detects the columns of sources and computes those of recipes' outputs."""

from __future__ import annotations

from dssdsl.lang.keys import Key
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import settled
from dssdsl.plan.causes import FollowUp

from .draft import Draft


def follow_ups(draft: Draft, resource: Resource) -> tuple[FollowUp, ...]:
    """What a step that writes *resource* asks DSS to work out."""
    if resource.computes_schema and not declares_columns(draft, resource):
        return (FollowUp.COMPUTE_SCHEMAS,)
    if resource.has_columns and has_no_columns(resource) and is_source(draft, resource.key):
        return (FollowUp.DETECT_COLUMNS,)
    return ()


def has_no_columns(resource: Resource) -> bool:
    """Whether the program leaves the columns of a dataset open."""
    return getattr(resource, "columns", None) is None


def declares_columns(draft: Draft, recipe: Resource) -> bool:
    """Whether the program declares the columns of all that *recipe* writes."""
    written = {getattr(ref.target, "key", None) for ref in recipe.refs("outputs")}
    return not any(
        has_no_columns(draft.graph.resources[key])
        for key in draft.graph.needs(recipe.key)
        if key in written
    )


def is_source(draft: Draft, key: Key) -> bool:
    """Whether a dataset holds data of others: DSS does not manage it, and no recipe of the program writes it."""
    return key not in draft.written and not settled(draft.wants.get(key, {})).get("managed")
