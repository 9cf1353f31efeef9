"""
A program made from snapshots: it declares the resources as they were deployed.

A rollback plans from the snapshot of its deployment, `verify` from the last one. Both take the
same way as a program that somebody wrote.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any, ClassVar, Literal

from attrs import define, field

from dssdsl.lang import kinds
from dssdsl.lang.canonical import view
from dssdsl.lang.fields import REMOVE, Shape, checked_as
from dssdsl.lang.graph import Graph
from dssdsl.lang.keys import PROJECT, Key
from dssdsl.lang.lookup import Lookup
from dssdsl.lang.model import many
from dssdsl.lang.program import Program, Target
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import DIGEST, Document, Initial, Output, Ref, at_creation, map_leaves
from dssdsl.plan.causes import Remark, Topic
from dssdsl.state.snapshot import Entry, Snapshot, all_entries, entry_of

from .snapshots import same


class Recorded(Resource):
    """A resource as a snapshot records it."""

    known: ClassVar[Shape] = Shape()

    name: str
    project: Any = None
    columns: Any = None
    set_by_runs: bool | list[str] | None = None
    checked: bool = False
    """Whether what it names outside its project has to be there."""
    former: tuple[str, ...] = ()
    """The former names that its state records."""
    is_taken: bool = False
    """Whether its name is another object's now."""

    @property
    def names_done(self) -> list[str]:
        return list(self.former)

    @property
    def displaces(self) -> bool:
        return self.is_taken

    def due_names(self, done: Collection[str]) -> list[str]:
        # The object was found by its id, so its old names do not matter.
        return list(many(self.renamed_from))

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Keep it out of the classes that programs use."""

    @classmethod
    def shape(cls) -> Shape:  # type: ignore[override]
        return cls.known

    def refs(self, side: Literal["inputs", "outputs"]) -> list[Ref]:
        """References to all that a recipe reads or writes."""
        if not self.goes_with_inputs:
            return []
        roles = at_creation(self.wanted()).get(side) or {}
        return [
            Ref(self._meant(item.get("ref")), self)
            for role in roles.values()
            for item in role.get("items") or ()
        ]

    def _meant(self, ref: Any) -> Any:
        if isinstance(ref, Output):
            return ref.resource
        if isinstance(ref, Ref):
            return ref.target
        return self._program.lookup(str(ref), self.project, kinds.flow_items()) or ref

    def uses(self) -> Iterator[tuple[str, str]]:
        told = set()
        for cls in (
            () if not self.checked else kinds.classes(self.kind, kinds.wire_of(self.wanted()))
        ):
            for name, info in cls.model_fields.items():
                for what in (m.what for m in info.metadata if isinstance(m, checked_as)):
                    for path in cls.paths_of(name):
                        value = _name_at(self.wanted(), path, what)
                        if isinstance(value, str) and (what, value) not in told:
                            told.add((what, value))
                            yield what, value


def _name_at(document: Document, path: str, what: str) -> Any:
    """The name at a path; those of code envs and containers stand beside the mode that selects them."""
    value = Lookup(document, Shape()).look(f"/{path.replace('.', '/')}")
    if what not in CHOICES:
        return value
    choice = value if isinstance(value, dict) else _above(document, path)
    return choice.get(CHOICES[what]) if isinstance(choice, dict) else None


def _above(document: Document, path: str) -> Any:
    return Lookup(document, Shape()).look(f"/{path.rpartition('.')[0].replace('.', '/')}")


CHOICES = {"code_env": "envName", "container": "containerConf"}
"""Where DSS keeps the name of what is chosen."""


def class_of(kind: str, wire: str = "") -> type[Recorded]:
    """The class of recorded resources of a kind."""
    # More classes may be loaded the next time.
    return _class_of(kind, wire, tuple(kinds.classes(kind, wire)))


@cache
def _class_of(kind: str, wire: str, mine: tuple[type[Resource], ...]) -> type[Recorded]:
    said = {
        "__module__": __name__,
        "__slots__": (),
        "kind": kind,
        **{fact: getattr(kinds.facts(kind), fact) for fact in kinds.NAMES},
        "identified_by": "name",
        "known": kinds.shape(kind, wire),
        "computes_schema": any(cls.computes_schema is True for cls in mine) and len(mine) == 1,
    }
    return type("Recorded", (Recorded,), said)


@define
class Past:
    """
    Makes the program.

    Attributes:
        then: The snapshots that it is made of, by project.
        now: What is deployed now, if that differs.
        live: The keys of what DSS has; None if nothing is to be created.
        target: The stack.
        remarks: What cannot be restored.
    """

    then: Mapping[str, Snapshot]
    target: Target
    now: Mapping[str, Snapshot] = field(factory=dict)
    live: Collection[str] | None = None
    remarks: list[Remark] = field(factory=list)

    def program(self) -> tuple[Program, Graph]:
        """The program, and its graph."""
        program = Program(target=self.target)
        names = self.old_names()
        for key, entry in sorted(all_entries(self.then), key=lambda item: item[0].kind != PROJECT):
            made = class_of(key.kind, kinds.wire_of(entry.recorded)).model_construct(name=key.name)
            made._key, made._program = key, program
            made.protect, made.retain_on_delete = entry.protect, entry.retain
            made.set_by_runs = entry.set_by_runs
            made.exclusive = tuple(entry.exclusive)
            made.checked = self.live is not None
            made.renamed_from = (names[key],) if key in names else ()
            made.former = tuple(entry.renamed_from)
            other = entry_of(self.now, key)
            made.is_taken = key in names and other is not None
            made._document = self.wanted(key, entry, names.get(key), made)
            made.columns = (made._document.get("schema") or {}).get("columns")
            made.project = program.keys.get(Key.of_project(key.project))
            if key.kind == PROJECT:
                program.projects.append(made)
            program.keys[key] = made
            program.resources.append(made)
        links = self.linked(program)
        keys = {resource.key for resource in program.resources}
        edges = {
            key: frozenset({Key.within(key.project, need) for need in entry.needs} | links[key])
            & keys - {key}
            for key, entry in all_entries(self.then)
        }
        return program, Graph(
            {r.key: r for r in program.resources},
            edges,
            tuple(self.outside(program)) if self.live is not None else (),
        )

    def old_names(self) -> dict[Key, str]:
        """By key: the name that a resource has now, if it had another one then."""
        found = {}
        for project, snapshot in self.then.items():
            if current := self.now.get(project):
                for key, other in same(snapshot, current).items():
                    found[key] = other.name
        return found

    # -- what cannot be had back -------------------------------------------------------------

    def wanted(self, key: Key, entry: Entry, old: str | None, made: Recorded) -> Document:
        """
        The document of a resource that was deployed, as far as it can be deployed again.

        The state keeps only digests of secrets and names of uploads: both stay as they are in DSS.
        """
        now = key.renamed(old) if old is not None else key
        current = entry_of(self.now, now)
        if self.live is not None and now not in self.live:
            current = None
        document = copy.deepcopy(entry.recorded)
        if self.live is not None:
            self.leave_secrets(document, entry, current, made)
            self.leave_uploads(document, current, made)
        whole: Document = with_initial(document, entry.created_with)
        return whole

    def leave_secrets(
        self, document: Document, entry: Entry, current: Entry | None, made: Recorded
    ) -> None:
        """Keep secrets as they are now, and leave out those that DSS does not have."""
        shape = made.shape()
        places, recorded = Lookup(document, shape), Lookup(entry.recorded, shape)
        current_secrets = Lookup(current.recorded if current else {}, shape)
        for pointer in [*view(document, entry.recorded, shape)]:
            then = recorded.look(pointer)
            if not (isinstance(then, dict) and DIGEST in then):
                continue
            now = current_secrets.look(pointer)
            is_secret = isinstance(now, dict) and DIGEST in now
            if now != then:
                topic = Topic.SECRET_STAYS if is_secret else Topic.SECRET_UNSET
                self.remarks.append(Remark(topic, (pointer,), made.key))
                places.drop(pointer, now if is_secret else REMOVE)

    def leave_uploads(self, document: Document, current: Entry | None, made: Recorded) -> None:
        """Keep uploaded files as they are now."""
        then = document.get("uploads")
        if not then:
            return
        now = current.recorded.get("uploads") if current else None
        if now != then:
            topic = Topic.UPLOADS_STAY if now else Topic.UPLOADS_UNKNOWN
            self.remarks.append(Remark(topic, about=made.key))
            document.pop("uploads")
            if now:
                document["uploads"] = copy.deepcopy(now)

    # -- references --------------------------------------------------------------------------

    def linked(self, program: Program) -> dict[Key, set[Key]]:
        """
        Turn ids that DSS makes up into references: an object that is created again gets another id.

        Returns:
            By key: the keys of other projects that it refers to.
        """
        ids: dict[tuple[str, str], Resource] = {}
        for key, entry in all_entries(self.then):
            if kinds.facts(key.kind).id_is_made_up and entry.id != key.name:
                ids[key.project, entry.id] = program.keys[key]
        links: dict[Key, set[Key]] = {}
        for resource in program.resources:
            mine, found = resource.key.project, links.setdefault(resource.key, set())

            def link(value: Any, by: Resource = resource, mine: str = mine, found: set[Key] = found) -> Any:  # fmt: skip
                if type(value) is Initial:
                    return Initial(map_leaves(value.value, link))
                if not isinstance(value, str):
                    return value
                if target := ids.get((mine, value)):
                    return value if target is by else Output(target, "id")
                prefix, dot, local = value.partition(".")
                if dot and (target := ids.get((prefix, local))):
                    found.add(target.key)
                    return Ref(target, by)
                return value

            resource._document = map_leaves(resource.wanted(), link)
        return links

    def outside(self, program: Program) -> Iterator[tuple[str, str, str, Resource]]:
        """Yield what recipes refer to that was not deployed with them."""
        for recipe in program.resources:
            for ref in (*recipe.refs("inputs"), *recipe.refs("outputs")):
                if isinstance(ref.target, str):
                    prefix, _, local = ref.target.rpartition(".")
                    yield "", prefix or recipe.key.project, local, recipe


def with_initial(recorded: Any, created: Any) -> Any:
    """Copy *recorded* with what only a creation sends, as programs write it."""
    if isinstance(recorded, dict) and isinstance(created, dict) and DIGEST not in recorded:
        more = {n: Initial(without_secrets(v)) for n, v in created.items() if n not in recorded}
        return {n: with_initial(v, created.get(n)) for n, v in recorded.items()} | more
    if isinstance(recorded, list) and isinstance(created, list) and len(recorded) == len(created):
        return [with_initial(a, b) for a, b in zip(recorded, created, strict=True)]
    return recorded


def without_secrets(value: Any) -> Any:
    """Copy *value* without the digests of secrets, which cannot be sent."""
    if isinstance(value, dict):
        return {n: without_secrets(v) for n, v in value.items() if not _is_digest(v)}
    return [without_secrets(v) for v in value] if isinstance(value, list) else value


def _is_digest(value: Any) -> bool:
    return isinstance(value, dict) and DIGEST in value
