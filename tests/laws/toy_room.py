"""A DSS that holds toys in memory, behind the real workspace: it misbehaves as DSS does, and counts."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, ClassVar

from attrs import define, field, frozen
from pydantic import Field

from dssdsl.dss.git import ProjectGit
from dssdsl.errors import DssError, Exists, NotFound, Rejected, Unreachable
from dssdsl.lang import checks, graph
from dssdsl.lang.fields import at, create_only, form, resets_to, unordered
from dssdsl.lang.keys import Key
from dssdsl.lang.live import Live
from dssdsl.lang.model import OneOrMany, many
from dssdsl.lang.program import Program, Target
from dssdsl.lang.provider import Creates, Provider, Renames, provides
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Document
from dssdsl.settings import ProgramName, Settings
from dssdsl.state.stores.local import LocalStore
from dssdsl.workspace import Workspace

P = "P"
"""The project that all toys are in."""


class Killed(BaseException):
    """The process ends here: nothing of ours may catch it."""


class Room(Resource):
    """The project, which is there already and nobody's to manage."""

    kind = ""
    name: str = Field(kw_only=False)

    def _register(self, program: Program) -> None:
        program.projects.append(self)


class Toy(Resource):
    """What blocks and beads have in common."""

    renamable = True
    name: Annotated[str, at("name")] = Field(kw_only=False)
    title: Annotated[str | None, at("title"), resets_to("")] = None
    tags: Annotated[
        OneOrMany[str] | None, at("tags"), unordered, resets_to([]), form("strings")
    ] = None
    made_of: Annotated[str | None, at("madeOf"), create_only] = None
    holds: Annotated[OneOrMany[str] | None, at("holds"), unordered, resets_to([]), form("names")] = None  # fmt: skip

    @property
    def key(self) -> Key:
        return Key(P, self.kind, self.name)

    def needs(self) -> Iterator[Resource]:
        # By name and only when asked: so declarations may stand in any order.
        for name in many(self.holds or ()):
            yield self._program.keys[f"{P}/block/{name}"]


class Block(Toy):
    """A toy whose name is its own; lists do not carry all of it, and a number counts its saves."""

    kind = "block"


class Bead(Toy):
    """A toy that may share its name with others; lists carry all of it, and nothing counts its saves."""

    kind = "bead"


CLASSES: dict[str, type[Toy]] = {"block": Block, "bead": Bead}


@define
class Thing:
    """A toy as the box has it."""

    id: str
    kind: str
    document: Document
    version: int = 0
    by: str = "me"
    """Who saved it last."""
    made_by: str = "me"
    made_at: float = 0.0

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.document['name']}"


@frozen
class Fault:
    """
    What goes wrong with a write.

    Attributes:
        key: To what: ``kind/name``.
        how: ``refuse``, ``cut`` or ``kill``.
        after: Whether the write is carried out first.
        nth: Which of the writes to it, from 0.
    """

    key: str
    how: str
    after: bool
    nth: int = 0


def trimmed(title: str) -> str:
    """A title in the form that DSS stores: of one with spaces around it, a form that no program writes."""
    return title if title == title.strip() else f"<{title.strip()}>"


@define
class Box:
    """All toys, and the few things that DSS itself has to answer."""

    things: dict[str, Thing] = field(factory=dict)
    made: int = 0
    log: list[tuple[str, str, str]] = field(factory=list)
    """Writes that were carried out: what, ``kind/name``, and the id."""
    attempts: list[tuple[str, str]] = field(factory=list)
    """Writes that were asked for."""
    ours: set[str] = field(factory=set)
    """The ids of all that deployments made."""
    safe: set[str] = field(factory=set)
    """Ids that nobody may delete."""
    fault: Fault | None = None
    dead: bool = False
    tags: list[str] = field(factory=list)
    lock: Any = field(factory=threading.RLock)
    login: str = "me"
    time: float = 1.0
    """What its answers say of the time."""
    project_keys: ClassVar[frozenset[str]] = frozenset({P})

    def copy(self) -> Box:
        """The same, apart."""
        return Box(
            things=copy.deepcopy(self.things), made=self.made, ours=set(self.ours),
            safe=set(self.safe), tags=list(self.tags), time=self.time,
        )  # fmt: skip

    # -- what a session is asked ---------------------------------------------------------------

    def forget_projects(self) -> None:
        """Nothing is kept of them."""

    def git(self, project: str) -> ProjectGit:
        """The Git of the only project."""
        return ProjectGit(self, project)

    def send(self, method: str, path: str, body: Any = None) -> None:
        """Answer nothing."""
        self.json(method, path, body)

    def json(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Answer what recording a deployment asks of the project."""
        with self.lock:
            self.alive()
            asked = f"{method} {path.removeprefix(f'/projects/{P}/').rstrip('/')}"
            if asked == "GET git/tags":
                return [{"name": f"refs/tags/{tag}"} for tag in self.tags]
            if asked == "POST git/tags":
                return self.write("tag", "git/tag", lambda: self.tags.append(body["name"]))
            if asked == "GET git/actions/log":
                return {"entries": []}
            if asked == "GET settings":
                return {"settings": {"gitCommitMode": "AUTO"}}
            raise AssertionError(asked)

    # -- how it goes wrong ---------------------------------------------------------------------

    def alive(self) -> None:
        """Let nothing more of a dead process through."""
        if self.dead:
            raise Killed

    def write(self, verb: str, key: str, change: Callable[[], Any]) -> Any:
        """Carry out a write, unless or until the fault that is set for it."""
        with self.lock:
            self.alive()
            nth = sum(k == key for _, k in self.attempts)
            self.attempts.append((verb, key))
            fault = self.fault
            hit = fault is not None and (fault.key, fault.nth) == (key, nth)
            if not hit or (fault is not None and fault.after):
                done = change()
                self.log.append((verb, key, str(done)))
            if not hit or fault is None:
                return done
            if fault.how == "kill":
                self.dead = True
                raise Killed
            refused = DssError if fault.after else Rejected
            raise (refused if fault.how == "refuse" else Unreachable)(f"{verb} of {key}: the fault")

    # -- toys ----------------------------------------------------------------------------------

    def named(self, kind: str, name: str) -> list[Thing]:
        """All toys of a kind and name."""
        return [t for t in self.things.values() if t.key == f"{kind}/{name}"]

    def add(self, kind: str, document: Document, by: str) -> Thing:
        """Make a toy; a block's name must be new."""
        if kind == "block" and self.named(kind, document["name"]):
            raise Exists(f"block {document['name']} already exists")
        self.made += 1
        # DSS gives what is new values that nobody sent.
        self.time += 1
        thing = Thing(f"{kind}{self.made}", kind, {"colour": "grey"}, 0, by, by, self.time)
        self.things[thing.id] = thing
        self.put(thing, {"colour": "grey", **document}, by)
        return thing

    def put(self, thing: Thing, document: Document, by: str) -> None:
        """Save a toy as DSS would: in its own order, its own way."""
        stored = {k: copy.deepcopy(v) for k, v in document.items() if v is not None}
        if "title" in stored:
            stored["title"] = trimmed(stored["title"])
        for name in ("tags", "holds"):
            if name in stored:
                stored[name] = sorted(set(stored[name]))
        thing.document, thing.by = stored, by
        thing.version += 1

    def live(self, thing: Thing, *, whole: bool) -> Live:
        """A toy, as it is told."""
        block = thing.kind == "block"
        document = copy.deepcopy(thing.document) if whole or not block else None
        version = thing.version if block else None
        return Live(
            thing.document["name"], thing.id, document, version, thing.by,
            created_at=thing.made_at, created_by=thing.made_by,
        )  # fmt: skip


class ToyProvider(Provider, Creates, Renames):
    """Plays with one kind of toy; the session is the box."""

    def list(self, dss: Box, project: str) -> list[Live]:
        with dss.lock:
            dss.alive()
            return [dss.live(t, whole=False) for t in dss.things.values() if t.kind == self.kind]

    def read(self, dss: Box, project: str, id: str) -> Live | None:
        with dss.lock:
            dss.alive()
            return dss.live(dss.things[id], whole=True) if id in dss.things else None

    def create(self, dss: Box, project: str, want: Document, resource: Resource) -> str:
        def make() -> str:
            missing = [n for n in want.get("holds") or () if not dss.named("block", n)]
            if missing:
                raise DssError(f"{resource.label} holds {missing}, which are not there")
            # A creation does not take everything: tags are saved afterwards.
            first = {k: v for k, v in want.items() if k != "tags" or self.kind == "bead"}
            thing = dss.add(self.kind, first, "me")
            dss.ours.add(thing.id)
            return thing.id

        return str(dss.write("create", f"{self.kind}/{resource.identity}", make))

    def update(
        self, dss: Box, project: str, id: str, before: Document, after: Document, resource: Any
    ) -> None:
        def save() -> str:
            thing = dss.things[id]
            assert after.get("madeOf") == thing.document.get("madeOf"), "that is fixed at creation"
            missing = [
                n
                for n in after.get("holds") or ()
                if n not in thing.document.get("holds", ()) and not dss.named("block", n)
            ]
            if missing:
                raise DssError(f"{thing.key} holds {missing}, which are not there")
            dss.put(thing, after, "me")
            return id

        dss.write("update", dss.things[id].key if id in dss.things else id, save)

    def delete(self, dss: Box, project: str, id: str, *, drop_data: bool) -> None:
        def drop() -> str:
            if id not in dss.things:
                raise NotFound(f"{id} is not there")
            assert id not in dss.safe, f"{dss.things[id].key} is protected, and was deleted"
            del dss.things[id]
            return id

        dss.write("delete", dss.things[id].key if id in dss.things else id, drop)

    def rename(self, dss: Box, project: str, id: str, new: str) -> None:
        def save() -> str:
            thing = dss.things[id]
            if self.kind == "block" and dss.named("block", new):
                raise Exists(f"block {new} already exists")
            dss.put(thing, {**thing.document, "name": new}, "me")
            return id

        dss.write("rename", f"{self.kind}/{new}", save)


@provides("block")
class BlockProvider(ToyProvider):
    """Plays with blocks."""


@provides("bead")
class BeadProvider(ToyProvider):
    """Plays with beads."""


class Playing(Workspace):
    """A workspace whose DSS is a box; where its journal lies is a machine, where its store is all share."""

    def __init__(
        self, box: Box, folder: Path, machine: int, declare: Callable[[], None], parallel: int
    ) -> None:
        super().__init__(folder / "toys.py")
        program = Program(target=Target(), folder=folder, position="toys.py")
        with program.active():
            Room(P)
            declare()
            found = graph.build(program)
            checks.check(program, found)
        assert not program.errors, program.errors
        self.__dict__ |= {
            "loaded": (program, found),
            "file": folder / "toys.py",
            "settings": Settings(
                "local",
                "http://toys",
                folder / str(machine),
                ProgramName("toys", derived="file", former="toys"),
                store="local",
                parallel=parallel,
            ),
            "session": box,
            "store": LocalStore(folder / "state"),
        }
