"""Updates the recorded state from DSS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dssdsl.errors import Locked
from dssdsl.lang.fields import REMOVE
from dssdsl.lang.lookup import Lookup
from dssdsl.lang.overlay import restricted
from dssdsl.lang.values import CREDENTIAL, DIGEST, digest
from dssdsl.plan.changes import Reason
from dssdsl.plan.events import Event

from . import ownership
from .locks import Locks
from .record import DeploymentInfo, begin, record

if TYPE_CHECKING:
    from dssdsl.deployment.prepare import Prepared
    from dssdsl.state.snapshot import Entry

    from .context import Context


def refresh(context: Context, prepared: Prepared) -> dict[str, int]:
    """
    Record the changes made in DSS; the next plan starts from there.

    Returns:
        How many places were updated, by resource label.

    Raises:
        Locked: Somebody else is deploying, or has since *prepared* was read.
    """
    taken: dict[str, int] = {}
    for step in prepared.plan.steps:
        snapshot = prepared.snapshots[step.project]
        entry = snapshot.entries.get(step.key.local)
        if entry is None:
            continue
        drift = [c for c in step.changes if c.reason is Reason.CHANGED_IN_DSS]
        if step.live is None or step.key in prepared.reading.observed.matched.strangers:
            del snapshot.entries[step.key.local]
            taken[step.label] = 1
        elif drift:
            shape = prepared.graph.resources[step.key].shape()
            recorded, live = Lookup(entry.recorded, shape), Lookup(step.live.document, shape)
            for place in dict.fromkeys(_owner(change.pointer) for change in drift):
                held = restricted(
                    live.look(place),
                    recorded.look(place),
                    shape.find(place)[0],
                    exclusive=frozenset(entry.exclusive),
                )
                recorded.drop(
                    place, REMOVE if held is None else seal(held, place, entry, snapshot.lineage)
                )
                entry.normalized = {
                    p: v for p, v in entry.normalized.items() if not p.startswith(place)
                }
            entry.version = step.live.version
            taken[step.label] = len(drift)
    if taken:
        there = [p for p in prepared.snapshots if p in prepared.reading.observed.projects]
        with Locks(context, "refresh", ignored) as locks:
            for project in sorted(there):
                locks.take(project)
            now = ownership.snapshots(context, list(prepared.snapshots))
            if {key: snapshot.dumps() for key, snapshot in now.items()} != prepared.base:
                raise Locked("somebody else deployed meanwhile", fix="run it again")
            snapshots = {project: prepared.snapshots[project] for project in there}
            info = DeploymentInfo("refresh")
            for project, snapshot in snapshots.items() if len(snapshots) > 1 else ():
                if snapshot.cut_off is None:
                    begin(context, project, now[project], info)
                    snapshot.unfinished = now[project].unfinished
            record(context, snapshots, info, ignored)
    return taken


def _owner(pointer: str) -> str:
    """The place to record for a change: the outermost list or shared map that contains it."""
    before, bracket, _ = pointer.partition("/[")
    return before if bracket else pointer.removesuffix("/{}")


def seal(value: Any, pointer: str, entry: Entry, salt: str) -> Any:
    """
    Copy what DSS has at *pointer* with digests for secrets.

    A text is one if the setting of its name is a secret elsewhere in *entry*, or sounds like one.
    """
    names = set(secret_names(entry.recorded))

    def sealed(value: Any, name: str) -> Any:
        if isinstance(value, dict):
            return {key: sealed(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [sealed(each, name) for each in value]
        if isinstance(value, str) and value and (name in names or CREDENTIAL.search(name)):
            return {DIGEST: digest(value, salt)}
        return value

    settings = [part for part in pointer.split("/") if not part.startswith("[")]
    return sealed(value, settings[-1])


def secret_names(document: Any, name: str = "") -> Iterator[str]:
    """Yield the names of the settings of a recorded document that hold a secret."""
    if isinstance(document, dict):
        if DIGEST in document:
            yield name
        for key, value in document.items():
            yield from secret_names(value, key)
    elif isinstance(document, list):
        for value in document:
            yield from secret_names(value, name)


def ignored(event: Event) -> None:
    """Ignore what happens."""
