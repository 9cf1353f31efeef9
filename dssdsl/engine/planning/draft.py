"""The input and the result of the planning passes."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from attrs import define, field

from dssdsl.engine.diff import Difference, compare
from dssdsl.engine.observed import Observed
from dssdsl.engine.renames import Rename, as_renamed
from dssdsl.engine.runs import as_text, may_have_changed
from dssdsl.errors import DssdslError, Refused
from dssdsl.lang.fields import REMOVE, Shape
from dssdsl.lang.graph import Graph, outside_key
from dssdsl.lang.keys import Key
from dssdsl.lang.kinds import facts, where
from dssdsl.lang.lookup import Lookup
from dssdsl.lang.model import many
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Document, settled
from dssdsl.plan.causes import Remark
from dssdsl.plan.options import Options
from dssdsl.plan.steps import Action, Step
from dssdsl.state.snapshot import Entry, Snapshot, all_entries


@define(slots=False)
class Draft:
    """
    A plan in the making.

    Attributes:
        graph: What the program declares.
        wants: By key: its document, with references resolved as far as they can be.
        snapshots: The recorded state, by project.
        observed: What DSS holds.
        shapes: What is known of documents, by key of a declared resource and by kind.
        options: What the user asked for.
        selected: The keys that the plan is about.
        renames: By project: what DSS still has under another name, in order.
        aside: By key: the name that its object has until the one that it gets is free.
        gone: By key: the name that its object goes to, because another one gets its name.
        renamed_in_dss: By the key that DSS has now: the name under which it was deployed.
        steps: What is to do.
        kept: The entries that stay.
        unchanged: How many declared resources stay as they are.
        remarks: What is worth knowing beside the steps.
        refusals: What forbids the plan.
    """

    graph: Graph
    wants: Mapping[Key, Document]
    snapshots: Mapping[str, Snapshot]
    observed: Observed
    shapes: Mapping[str, Shape]
    options: Options = field(factory=Options)
    selected: frozenset[Key] = frozenset()
    renames: dict[str, tuple[Rename, ...]] = field(factory=dict)
    aside: dict[Key, str] = field(factory=dict)
    gone: dict[Key, str] = field(factory=dict)
    renamed_in_dss: dict[Key, str] = field(factory=dict)
    steps: dict[Key, Step] = field(factory=dict)
    kept: dict[Key, Entry] = field(factory=dict)
    unchanged: int = 0
    remarks: list[Remark] = field(factory=list)
    refusals: list[DssdslError] = field(factory=list)

    # -- what is known -----------------------------------------------------------------------

    def entry(self, key: Key) -> Entry | None:
        """The recorded entry of the object of *key*, under this key or a former one."""
        return self.observed.matched.entry(self.snapshots, key)

    def salt(self, project: str) -> str:
        """The salt for the digests of a project's secrets."""
        snapshot = self.snapshots.get(project)
        return snapshot.lineage if snapshot is not None else ""

    def dropped(self) -> Iterator[tuple[Key, Entry]]:
        """Yield the recorded entries that the program no longer declares; when destroying, all of them."""
        known = {*self.graph.resources, *self.observed.matched.origins.taken}
        for key, entry in all_entries(self.snapshots):
            if self.options.destroy or key not in known:
                yield key, entry

    @cached_property
    def owners(self) -> dict[tuple[str, str, str], Key]:
        """By project, kind and id: the key of each object that is recorded or declared."""
        live = self.observed.live
        return {(key.project, key.kind, one.id): key for key, one in live.items()}

    @cached_property
    def written(self) -> frozenset[Key]:
        """The keys of what the program's recipes write."""
        return frozenset(
            getattr(ref.target, "key", None) or outside_key(recipe.key.project, str(ref.target))
            for recipe in self.graph.resources.values()
            for ref in recipe.refs("outputs")
        )

    @cached_property
    def written_by_recipes(self) -> frozenset[tuple[str, str]]:
        """The project and name of all that recipes write, also those that dssdsl does not manage."""
        found = {(key.project, key.name) for key in self.written}
        for project, kinds in self.observed.listed.items():
            for recipe in (
                one.head or {} for kind in where("goes_with_inputs") for one in kinds.get(kind, ())
            ):
                for role in (recipe.get("outputs") or {}).values():
                    for item in role.get("items", ()):
                        prefix, _, name = str(item.get("ref")).rpartition(".")
                        found.add((prefix or project, name))
        return frozenset(found)

    @cached_property
    def code(self) -> dict[str, list[str]]:
        """By project: as text, what runs in it, now and since the last deployment."""
        found = {project: [*texts] for project, texts in self.observed.code.items()}
        documents = [(key, settled(want)) for key, want in self.wants.items()]
        documents += [(key, entry.recorded) for key, entry in all_entries(self.snapshots)]
        for key, document in documents:
            if facts(key.kind).runs_code:
                found.setdefault(key.project, []).append(as_text(document))
        return found

    def runs(self, resource: Resource, recorded: Document | None) -> frozenset[str]:
        """The places of a resource that a run may have changed since the last deployment."""
        key, live = resource.key, self.observed.live.get(resource.key)
        if not recorded or live is None or live.document is None:
            return frozenset()
        return may_have_changed(
            resource,
            recorded,
            written=(key.project, live.id) in self.written_by_recipes,
            code=self.code.get(key.project, ()),
        )

    def agreed(self, key: Key, globs: Iterable[str]) -> bool:
        """Whether the user named a resource in a consent."""
        return key.matches(globs)

    def compare(
        self,
        resource: Resource,
        recorded: Document | None,
        normalized: Mapping[str, Any],
        live: Document | None,
    ) -> Difference:
        """Compare the documents of a resource, as they will be once all renames are done."""
        renames = self.renames.get(resource.key.project, ())
        recorded, normalized = leave_alone(resource, recorded, normalized)
        for rename in renames:
            normalized = rename.apply_to_pointers(normalized)
        return compare(
            settled(self.wants[resource.key]),
            as_renamed(recorded, renames),
            normalized,
            as_renamed(live, renames),
            self.shapes[resource.key],
            salt=self.salt(resource.key.project),
            exclusive=frozenset(many(resource.exclusive)),
            runs=self.runs(resource, recorded),
        )

    # -- what is decided ---------------------------------------------------------------------

    def add(self, resource: Resource, action: Action, **details: Any) -> None:
        """Add a step for a declared resource."""
        entry = details.get("entry")
        if entry is not None and not entry.incomplete and action is not Action.CREATE:
            details["runs"] = self.runs(resource, entry.recorded)
        self.steps[resource.key] = Step(
            resource.key,
            action,
            needs=self.graph.needs(resource.key),
            source=resource.source,
            **details,
        )

    def refuse(self, resource: Resource, problem: str, fix: str) -> None:
        """Forbid the plan because of a declared resource."""
        self.refusals.append(Refused(f"{resource.label}: {problem}", at=resource.source, fix=fix))


def leave_alone(
    resource: Resource, recorded: Document | None, normalized: Mapping[str, Any]
) -> tuple[Document | None, Mapping[str, Any]]:
    """The recorded document without the fields of ``ignore_changes``, which the program no longer sets."""
    pointers = resource.ignored()
    if recorded is None or not pointers:
        return recorded, normalized
    recorded = copy.deepcopy(recorded)
    places = Lookup(recorded, resource.shape())
    for pointer in pointers:
        places.drop(pointer, REMOVE)
    return recorded, {
        place: value
        for place, value in normalized.items()
        if not any(place == p or place.startswith(f"{p}/") for p in pointers)
    }
