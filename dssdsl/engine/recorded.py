"""
A program made of what snapshots recorded: its resources are wanted as they were deployed.

Rolling back plans from what was recorded then, verifying from what was recorded last. Both take
the same road as a program that somebody wrote.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import Any, ClassVar, Literal

from attrs import define, field

from dssdsl.lang.canonical import drop, leaf, look, removed, view
from dssdsl.lang.fields import REMOVE, Fact, Shape, checked_as
from dssdsl.lang.graph import FLOW_KINDS, ID_KINDS, Graph
from dssdsl.lang.program import Program, Target
from dssdsl.lang.resource import KINDS, Resource
from dssdsl.lang.values import DIGEST, Document, Initial, Output, Ref, holds_secret, map_leaves
from dssdsl.plan.changes import Change, Reason
from dssdsl.plan.steps import entry_key, full_key
from dssdsl.state.snapshot import Entry, Snapshot

from .diff import compare


class Recorded(Resource):
    """A resource as a snapshot has it."""

    always_there: ClassVar[bool] = False
    computes_schema: ClassVar[bool] = False
    known: ClassVar[Shape] = Shape()

    name: str
    project: Any = None
    columns: Any = None
    checked: bool = False
    """Whether what it names outside its project has to be there."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Keep it out of the classes that programs use."""

    @property
    def key(self) -> str:
        return str(self._key)

    @classmethod
    def shape(cls) -> Shape:  # type: ignore[override]
        return cls.known

    def refs(self, side: Literal["inputs", "outputs"]) -> list[Ref]:
        """References to all that a recipe reads or writes."""
        roles = self.wanted().get(side) or {}
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
        return self._program.lookup(str(ref), self.project, FLOW_KINDS) or ref

    def uses(self) -> Iterator[tuple[str, str]]:
        told = set()
        for cls in () if not self.checked else classes(self.kind, wire_of(self.wanted())):
            for name, info in cls.model_fields.items():
                for what in (m.what for m in info.metadata if isinstance(m, checked_as)):
                    for path in cls.paths_of(name):
                        value = _name_at(self.wanted(), path, what)
                        if isinstance(value, str) and (what, value) not in told:
                            told.add((what, value))
                            yield what, value


def _name_at(document: Document, path: str, what: str) -> Any:
    """What is named at a path; code envs and containers stand beside how they are chosen."""
    value = look(document, f"/{path.replace('.', '/')}", Shape())
    if what not in CHOICES:
        return value
    choice = value if isinstance(value, dict) else _above(document, path)
    return choice.get(CHOICES[what]) if isinstance(choice, dict) else None


def _above(document: Document, path: str) -> Any:
    return look(document, f"/{path.rpartition('.')[0].replace('.', '/')}", Shape())


CHOICES = {"code_env": "envName", "container": "containerConf"}
"""Where DSS keeps the name of what is chosen."""


def classes(kind: str, wire: str = "") -> list[type[Resource]]:
    """The classes that programs declare resources of a kind with; of recipes those of a type, if there are."""
    mine = list(dict.fromkeys(cls for cls in KINDS.values() if cls.kind == kind))
    return [cls for cls in mine if wire and getattr(cls, "wire", None) == wire] or mine


@cache
def shape_of_kind(kind: str, wire: str = "") -> Shape:
    """What is known of the places in documents of a kind, whatever class it was declared with."""
    found = Shape()
    for cls in classes(kind, wire):
        _merge(found, cls.shape())
    return found


def wire_of(document: Document) -> str:
    """The type that a document says."""
    found = document.get("type")
    return found if isinstance(found, str) else ""


def _merge(into: Shape, other: Shape) -> None:
    into.field = into.field or other.field
    into.facts |= other.facts
    into.key = into.key or other.key
    into.reset = other.reset if into.reset is Shape().reset else into.reset
    for name, child in other.children.items():
        _merge(into.children.setdefault(name, Shape()), child)


@cache
def class_of(kind: str, wire: str = "") -> type[Recorded]:
    """The class of recorded resources of a kind."""
    mine = classes(kind, wire)
    said = {
        "__module__": __name__,
        "__slots__": (),
        "kind": kind,
        "object_type": next((cls.object_type for cls in mine if cls.object_type), ""),
        "always_there": any(getattr(cls, "always_there", False) for cls in mine),
        "renamable": any(cls.renamable for cls in mine),
        "known": shape_of_kind(kind, wire),
        "computes_schema": any(getattr(cls, "computes_schema", False) is True for cls in mine)
        and len(mine) == 1,
    }
    return type("Recorded", (Recorded,), said)


@define
class Past:
    """
    Makes the program.

    Attributes:
        then: The snapshots that it is made of, by project.
        now: What is deployed, where that is something else.
        live: The keys of what DSS has; None where nothing will have to be made.
        target: The stack.
        notes: What cannot be had back, in words.
    """

    then: Mapping[str, Snapshot]
    target: Target
    now: Mapping[str, Snapshot] = field(factory=dict)
    live: Collection[str] | None = None
    notes: list[str] = field(factory=list)

    def program(self) -> tuple[Program, Graph]:
        """Give the program, and who needs whom in it."""
        program = Program(target=self.target)
        names = self.old_names()
        for key, entry in sorted(self.entries(), key=lambda item: "/" in item[0]):
            project, rest = key.partition("/")[0], entry_key(key)
            kind, _, name = rest.partition("/")
            made = class_of(kind, wire_of(entry.recorded)).model_construct(name=name)
            made._key, made._program = key, program
            made.protect, made.retain_on_delete = entry.protect, entry.retain
            made.exclusive = tuple(entry.exclusive)
            made.checked = self.live is not None
            made.renamed_from = names.get(key)
            made._document = self.wanted(key, entry, names.get(key), made)
            made.columns = (made._document.get("schema") or {}).get("columns")
            made.project = program.keys.get(project)
            if kind == "project":
                program.projects.append(made)
            program.keys[key] = made
            program.resources.append(made)
        links = self.linked(program)
        keys = {resource.key for resource in program.resources}
        edges = {
            key: frozenset(
                {full_key(key.partition("/")[0], need) for need in entry.needs} | links[key]
            )
            & keys - {key}
            for key, entry in self.entries()
        }
        return program, Graph(
            {r.key: r for r in program.resources},
            edges,
            tuple(self.outside(program)) if self.live is not None else (),
        )

    def entries(self) -> Iterator[tuple[str, Entry]]:
        """Yield all that was deployed."""
        for project, snapshot in self.then.items():
            for rest, entry in snapshot.entries.items():
                yield full_key(project, rest), entry

    def old_names(self) -> dict[str, str]:
        """By key: the name that a resource has now, where it was another one then."""
        found = {}
        for project, snapshot in self.then.items():
            if current := self.now.get(project):
                for rest, other in same(snapshot, current).items():
                    found[full_key(project, rest)] = other.partition("/")[2]
        return found

    # -- what cannot be had back -------------------------------------------------------------

    def wanted(self, key: str, entry: Entry, old: str | None, made: Recorded) -> Document:
        """
        What was deployed of a resource, as far as it can be deployed again.

        Of secrets only digests are kept, of uploads only names: both stay as they are.
        """
        project, rest = key.partition("/")[0], entry_key(key)
        snapshot = self.now.get(project)
        if old is not None:
            rest = f"{rest.partition('/')[0]}/{old}"
        current = snapshot.entries.get(rest) if snapshot else None
        if self.live is not None and full_key(project, rest) not in self.live:
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
        """Have secrets stay as they are now, and leave out those that are not there."""
        shape = made.shape()
        held = current.recorded if current else {}
        for pointer in [*view(document, entry.recorded, shape)]:
            then = look(entry.recorded, pointer, shape)
            if not (isinstance(then, dict) and DIGEST in then):
                continue
            now = look(held, pointer, shape)
            is_secret = isinstance(now, dict) and DIGEST in now
            if now != then:
                what = "stays as it is" if is_secret else "is not set"
                self.notes.append(
                    f"{made.label}: a secret, {pointer[1:].replace('/', '.')}, {what}: what it was is not kept"
                )
                drop(document, pointer, shape, now if is_secret else REMOVE)

    def leave_uploads(self, document: Document, current: Entry | None, made: Recorded) -> None:
        """Have uploaded files stay as they are now."""
        then = document.get("uploads")
        if not then:
            return
        now = current.recorded.get("uploads") if current else None
        if now != then:
            which = "stay as they are now" if now else "are those that DSS still has"
            self.notes.append(
                f"{made.label}: its uploaded files {which}: the state does not keep them"
            )
            document.pop("uploads")
            if now:
                document["uploads"] = copy.deepcopy(now)

    # -- references --------------------------------------------------------------------------

    def linked(self, program: Program) -> dict[str, set[str]]:
        """
        Have references follow ids that DSS makes up, for what is made anew gets another one.

        Returns:
            By key: the keys of other projects that it refers to so.
        """
        ids: dict[tuple[str, str], Resource] = {}
        for key, entry in self.entries():
            rest = entry_key(key)
            if rest.partition("/")[0] in ID_KINDS and entry.id != rest.partition("/")[2]:
                ids[key.partition("/")[0], entry.id] = program.keys[key]
        links: dict[str, set[str]] = {}
        for resource in program.resources:
            mine, found = resource.key.partition("/")[0], links.setdefault(resource.key, set())

            def link(value: Any, by: Resource = resource, mine: str = mine, found: set[str] = found) -> Any:  # fmt: skip
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
        """Yield what recipes refer to and what was not deployed with them."""
        for recipe in program.resources:
            if isinstance(recipe, Recorded) and recipe.kind == "recipe":
                for ref in (*recipe.refs("inputs"), *recipe.refs("outputs")):
                    if isinstance(ref.target, str):
                        prefix, _, local = ref.target.rpartition(".")
                        yield "", prefix or recipe.key.partition("/")[0], local, recipe


def with_initial(recorded: Any, created: Any) -> Any:
    """Copy *recorded* with what only a creation sends, as programs write it."""
    if isinstance(recorded, dict) and isinstance(created, dict) and DIGEST not in recorded:
        more = {n: Initial(without_secrets(v)) for n, v in created.items() if n not in recorded}
        return {n: with_initial(v, created.get(n)) for n, v in recorded.items()} | more
    if isinstance(recorded, list) and isinstance(created, list) and len(recorded) == len(created):
        return [with_initial(a, b) for a, b in zip(recorded, created, strict=True)]
    return recorded


def without_secrets(value: Any) -> Any:
    """Copy *value* without the digests of secrets, which are nothing that could be sent."""
    if isinstance(value, dict):
        return {n: without_secrets(v) for n, v in value.items() if not _is_digest(v)}
    return [without_secrets(v) for v in value] if isinstance(value, list) else value


def _is_digest(value: Any) -> bool:
    return isinstance(value, dict) and DIGEST in value


def same(then: Snapshot, now: Snapshot) -> dict[str, str]:
    """
    Find what has another name in another snapshot.

    It is the same object if its id is, where DSS makes that up, or the moment in which it was made.

    Returns:
        By key in *then*: the key in *now*; only what is certain.
    """
    found: dict[str, str] = {}
    for mark in (_by_id, _by_moment):
        before, after = _marks(then, now, mark), _marks(now, then, mark)
        for what, keys in before.items():
            others = after.get(what, [])
            if len(keys) == len(others) == 1 and keys[0] not in found:
                found[keys[0]] = others[0]
    return found


def _by_id(key: str, entry: Entry) -> Any:
    return entry.id if entry.id != key.partition("/")[2] else None


def _by_moment(_: str, entry: Entry) -> Any:
    return entry.created_at


def _marks(
    mine: Snapshot, other: Snapshot, mark: Callable[[str, Entry], Any]
) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = {}
    for key, entry in mine.entries.items():
        kind, what = key.partition("/")[0], mark(key, entry)
        renamable = class_of(kind).renamable
        if key not in other.entries and what is not None and renamable:
            found.setdefault((kind, what), []).append(key)
    return found


def named(snapshot: Snapshot) -> Callable[[Document], Document]:
    """Give a function that puts names where documents have ids that DSS made up."""
    names = {
        entry.id: rest.partition("/")[2]
        for rest, entry in snapshot.entries.items()
        if rest.partition("/")[0] in ID_KINDS
    }
    return lambda document: map_leaves(
        document, lambda leaf: names.get(leaf, leaf) if isinstance(leaf, str) else leaf
    )


def difference(old: Document, new: Document, kind: str) -> tuple[Change, ...]:
    """What changed between two recorded documents of a resource."""
    shape = shape_of_kind(kind, wire_of(new))
    changed = [
        Change(c.pointer, c.field, c.old, c.new, Reason.CHANGED_IN_CODE, secret=c.secret)
        for c in compare(new, None, {}, old, shape).changes
    ]
    for pointer, value in removed(old, new, shape):
        place, owner = shape.find(pointer)
        name = owner.field if owner and owner.field else pointer.split("/")[1]
        if Fact.WRITE_ONLY not in place.facts and (held := leaf(value)) is not None:
            secret = holds_secret(value)
            changed.append(
                Change(pointer, name, held, None, Reason.REMOVED_FROM_CODE, secret=secret)
            )
    return tuple(changed)


__all__ = ["Past", "Recorded", "difference", "named", "same", "shape_of_kind"]
