"""The recorded state of one project: one JSON document for each stack and project."""

from __future__ import annotations

import enum
import json
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dssdsl.errors import DssdslError
from dssdsl.lang import kinds
from dssdsl.lang.keys import Key

from .hosts import same_host
from .migrations import VERSION, migrate, numbered


class SnapshotError(DssdslError):
    """
    A snapshot that is damaged, or newer than this program.

    Attributes:
        newer: Whether it is only newer.
    """

    exit_code = 5

    def __init__(self, problem: str, *, at: str, fix: str, newer: bool = False) -> None:
        super().__init__(problem, at=at, fix=fix)
        self.newer = newer


class Entry(BaseModel):
    """
    One resource that a deployment left.

    Attributes:
        id: Its id in DSS.
        origin: ``created`` by dssdsl, or ``adopted``.
        recorded: What the program set, as a partial document in DSS's form.
        normalized: Where DSS stores a value in another form than the program set it: pointer → DSS's value.
        version: DSS's version number after the last write, where DSS keeps one.
        created_at: When DSS created it, in seconds since 1970: another object of its name has another one.
        renamed_from: Its former names, as the program listed them: a rename from these is done.
        needs: Keys (``kind/name``) of the resources that it depends on.
        incomplete: Whether its creation was cut off, so that something is still to be written.
        protect: Whether the program protects it from deletes.
        protected_in_state: Whether `dssdsl state protect` protects it from deletes, independent of the program.
        retain: Whether it stays in DSS when the program drops it.
        set_by_runs: What the program says about the values that runs change; None if it says nothing.
        exclusive: Fields whose map or list is compared as a whole.
        created_with: What it was created from, where the creation sent more than *recorded*.
    """

    model_config = ConfigDict(extra="forbid")

    id: str
    origin: str = "created"
    recorded: dict[str, Any] = {}
    normalized: dict[str, Any] = {}
    version: int | None = None
    created_at: float | None = None
    renamed_from: list[str] = []
    needs: list[str] = []
    incomplete: bool = False
    protect: bool = False
    protected_in_state: bool = False
    retain: bool = False
    exclusive: list[str] = []
    set_by_runs: bool | list[str] | None = None
    created_with: dict[str, Any] = {}


class Attempt(BaseModel):
    """
    A creation that a deployment is about to request: tells afterwards whether it made what DSS has.

    Attributes:
        before: Ids of what had the name before, which others made.
        by: The login that the key acts as, or None where DSS does not say.
        since: The time right before the request, by DSS's clock; None where its answers do not say.
        until: When DSS has certainly carried the request out, or never will; None where since is.
        content: A digest of what was sent, for kinds whose creation DSS does not date.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    before: tuple[str, ...] = ()
    by: str | None = None
    since: float | None = None
    until: float | None = None
    content: str = ""


class Outcome(enum.StrEnum):
    """How a deployment ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    """A step failed."""
    INTERRUPTED = "interrupted"
    """The user stopped it, or its process died."""


class Unfinished(BaseModel):
    """
    An operation that is running, or was cut off.

    It is stored before the first write of the operation. Running the same operation again finishes it, on any machine.

    Attributes:
        operation: What history calls it.
        restores: The number of the deployment that it goes back to.
        config_hash: The hash of the program.
        deployment: The id of the deployment that it makes.
        by: Who started it, as ``user@machine``.
        since: When.
        writes: By ``kind/name``, what it writes: place → digest of the new value; none for a creation or a deletion.
        renames: New ``kind/name`` → old one.
    """

    model_config = ConfigDict(extra="forbid")

    operation: str
    restores: int | None = None
    config_hash: str = ""
    deployment: str = ""
    by: str = ""
    since: str = ""
    writes: dict[str, dict[str, str]] = {}
    renames: dict[str, str] = {}

    def same_as(self, other: Unfinished) -> bool:
        """Whether it is the same operation with the same goal."""
        return (self.operation, self.restores, self.config_hash) == (
            other.operation,
            other.restores,
            other.config_hash,
        )


class Head(BaseModel):
    """
    What the history lists of a deployment in one project.

    Attributes:
        lineage: Made up with the first snapshot; also the salt of its secrets' digests.
        serial: The number of the deployment; each is higher than the one before.
        deployment: The same in all projects that were deployed together.
        operation: What made it: ``up``, ``destroy``, ``rollback to 3``, ``state forget dataset/A`` …
        restores: The number of the deployment whose configuration it is, for a rollback and an edit of the state.
        by: Who did, as ``user@machine``.
        counts: How many steps of each action were done.
        result: How it ended.
        base: The number of the deployment that the history stores it against; None where it is stored whole.
    """

    model_config = ConfigDict(extra="forbid")

    version: str = VERSION
    project_key: str
    last_applied: str = ""
    config_hash: str = ""
    git_commit: str | None = None
    host: str = ""
    stack: str = ""
    program: str = ""
    projects: list[str] = []
    lineage: str = Field(default_factory=lambda: uuid.uuid4().hex)
    serial: int = 0
    deployment: str = ""
    operation: str = ""
    restores: int | None = None
    by: str = ""
    counts: dict[str, int] = {}
    result: Outcome = Outcome.SUCCEEDED
    base: int | None = None

    def belongs_to(self, project: str, host: str) -> bool:
        """Whether it is of that project on that host; one that came with a copy of a project is not."""
        return self.project_key == project and same_host(self.host, host)


class Snapshot(Head):
    """
    What a deployment left in one project.

    Attributes:
        resources: Names by kind, for people and for other tools.
        entries: By ``kind/name``.
        pending: What a deployment is about to create or to write, by ``kind/name``.
        unfinished: The operation that is running, or was cut off. In a project in explicit commit mode, it stays until
            the next deployment: its writes may be uncommitted.
    """

    resources: dict[str, list[str]] = {}
    entries: dict[str, Entry] = {}
    pending: dict[str, Attempt] = {}
    unfinished: Unfinished | None = None

    @property
    def cut_off(self) -> Unfinished | None:
        """The operation that is running, or was cut off, before it was recorded."""
        one = self.unfinished
        recorded = one is not None and self.serial and one.deployment == self.deployment
        return None if recorded else one

    @property
    def uncertain(self) -> Unfinished | None:
        """The operation that was cut off or failed: DSS may have the new values or the old ones."""
        failed = self.cut_off is not None or self.result is not Outcome.SUCCEEDED
        return self.unfinished if failed else None

    def keyed(self) -> Iterator[tuple[Key, Entry]]:
        """Yield the entries with their whole keys."""
        for local, entry in self.entries.items():
            yield Key.within(self.project_key, local), entry

    def pending_keys(self) -> Iterator[Key]:
        """Yield the keys of what a deployment was about to create."""
        for local in self.pending:
            yield Key.within(self.project_key, local)

    def dumps(self) -> str:
        """Write it as JSON: sorted, so that a diff shows what changed."""
        names: dict[str, list[str]] = {"datasets": [], "recipes": [], "scenarios": []}
        for key in sorted(key for key, _ in self.keyed()):
            names.setdefault(kinds.plural(key.kind), []).append(key.name)
        document = self.model_dump(mode="json", exclude={"entries"})
        document["resources"] = names
        document["entries"] = {
            k: e.model_dump(mode="json", exclude_defaults=True) for k, e in self.entries.items()
        }
        return json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def loads(cls, text: str, where: str) -> Snapshot:
        """
        Read a snapshot of any version.

        Raises:
            SnapshotError: It is damaged, or of a newer dssdsl; it is left as it is.
        """
        return cls.of(parsed(text, where), where)

    @classmethod
    def of(cls, document: dict[str, Any], where: str) -> Snapshot:
        """
        Read a snapshot's document, and migrate it if an older version wrote it.

        Raises:
            SnapshotError: It is damaged, or of a newer dssdsl.
        """
        try:
            newer = numbered(document.get("version")) > numbered(VERSION)
        except ValueError as error:
            raise damaged(where, str(error)) from None
        if newer:
            raise SnapshotError(
                f"the state in {where} is of version {document['version']}; this dssdsl knows {VERSION}",
                at=where,
                fix="upgrade dssdsl",
                newer=True,
            )
        try:
            found = cls.model_validate(migrate(document))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = "/".join(str(part) for part in first["loc"])
            raise damaged(where, first["msg"], place) from None
        found._check_keys(where)
        return found

    def _check_keys(self, where: str) -> None:
        """
        Check that each key is one, and of a kind that this version has.

        Raises:
            SnapshotError: One is not.
        """
        one = self.unfinished
        wrote = (*one.writes, *one.renames, *one.renames.values()) if one is not None else ()
        for local in (*self.entries, *self.pending, *wrote):
            try:
                kind = Key.within(self.project_key, local).kind
            except ValueError as error:
                raise damaged(where, str(error)) from None
            if local.startswith("/"):
                raise damaged(where, f'"{local}" is a key of another project')
            if kind not in kinds.known():
                raise SnapshotError(
                    f'the state in {where} has a resource of kind "{kind}", which this dssdsl does not know: '
                    "a newer dssdsl wrote it",
                    at=where,
                    fix="upgrade dssdsl",
                    newer=True,
                )


def entry_of(snapshots: Mapping[str, Snapshot], key: Key) -> Entry | None:
    """The entry that *snapshots*, by project, have under *key*."""
    snapshot = snapshots.get(key.project)
    return snapshot.entries.get(key.local) if snapshot is not None else None


def all_entries(snapshots: Mapping[str, Snapshot]) -> Iterator[tuple[Key, Entry]]:
    """Yield the entries of all *snapshots* with their whole keys."""
    for snapshot in snapshots.values():
        yield from snapshot.keyed()


def parsed(text: str, where: str) -> dict[str, Any]:
    """
    The JSON object in a text.

    Raises:
        SnapshotError: It is damaged.
    """
    try:
        text.encode()  # a byte that is no UTF-8 was kept for those who repair it
        document = json.loads(text)
    except RecursionError:
        raise damaged(where, "it is nested too deep") from None
    except UnicodeEncodeError as error:
        raise damaged(where, f"no UTF-8 at character {error.start}") from None
    except ValueError as error:
        raise damaged(where, str(error)) from None
    if not isinstance(document, dict):
        raise damaged(where, "no JSON object")
    return document


def damaged(where: str, why: str, place: str = "") -> SnapshotError:
    """The error of a state that cannot be read."""
    return SnapshotError(
        f"the state in {where} is damaged{f' at {place}' if place else ''}: {why}",
        at=where,
        fix="dssdsl state repair takes the last good one of its history",
    )
