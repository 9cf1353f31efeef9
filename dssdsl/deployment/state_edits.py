"""Changes to the state alone: DSS's objects stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from attrs import frozen

from dssdsl.engine.renames import Rename, as_renamed
from dssdsl.errors import Faults, Locked, NotFound, ProgramError, Refused
from dssdsl.lang.graph import ID_KINDS, suggestions
from dssdsl.lang.provider import PROVIDERS
from dssdsl.plan.steps import full_key
from dssdsl.resources import load_all
from dssdsl.state import lock, repair
from dssdsl.state.snapshot import Entry, Snapshot, SnapshotError

from .locks import Locks
from .record import Deed, record

if TYPE_CHECKING:
    from dssdsl.plan.events import Event
    from dssdsl.workspace import Workspace

Snapshots = Mapping[str, Snapshot]


@frozen
class Edit:
    """
    A change to the state, ready to be made.

    Attributes:
        operation: What history calls it.
        says: What it does, in words.
        apply: Makes it, in snapshots.
        base: The state that it was checked against.
        adds: Projects that had none.
    """

    operation: str
    says: tuple[str, ...]
    apply: Callable[[dict[str, Snapshot]], None]
    base: Mapping[str, str]
    adds: tuple[str, ...] = ()


def read(workspace: Workspace) -> dict[str, Snapshot]:
    """The current state of the program's projects, and of those that were deployed with them."""
    program, _ = workspace.loaded
    return workspace.snapshots([p.identity for p in program.projects])


def texts(snapshots: Snapshots) -> dict[str, str]:
    """Snapshots as text, to see whether they are still the same."""
    return {project: snapshot.dumps() for project, snapshot in snapshots.items()}


def find(snapshots: Snapshots, key: str) -> tuple[str, str, Entry] | None:
    """The project, key and entry that *key* names: with or without its project, or by its bare name."""
    for match in (_whole, _rest, _name):
        for project, snapshot in sorted(snapshots.items()):
            for rest, entry in sorted(snapshot.entries.items()):
                if match(project, rest, key):
                    return project, rest, entry
    return None


def _whole(project: str, rest: str, key: str) -> bool:
    return key == f"{project}/{rest}"


def _rest(_: str, rest: str, key: str) -> bool:
    kind, _, name = rest.partition("/")
    return key in (rest, rest.rstrip("/"), f"{kind.replace('_', ' ')} {name}")


def _name(_: str, rest: str, key: str) -> bool:
    return key == rest.partition("/")[2]


def named(snapshots: Snapshots, keys: Iterable[str]) -> list[tuple[str, str, Entry]]:
    """
    What all of *keys* name.

    Raises:
        Faults: Some name nothing.
    """
    found, faults = [], []
    for key in keys:
        if one := find(snapshots, key):
            found.append(one)
        else:
            known = [rest for s in snapshots.values() for rest in s.entries]
            fix = suggestions(key, known) or "dssdsl state list shows what it has"
            faults.append(NotFound(f'the state has no "{key}"', fix=fix))
    if faults:
        raise Faults(faults)
    return found


def forget(workspace: Workspace, keys: Iterable[str]) -> Edit:
    """
    Take resources out of the state; DSS keeps them.

    Raises:
        Faults: The state does not have some of them.
    """
    snapshots = read(workspace)
    found = named(snapshots, keys)

    def apply(now: dict[str, Snapshot]) -> None:
        for project, rest, _ in found:
            now[project].entries.pop(rest, None)

    says = tuple(
        f"{label(rest)} is forgotten; it stays in DSS, and the next up takes it for one that was there before"
        for _, rest, _ in found
    )
    return Edit(f"state forget {_told(found)}", says, apply, texts(snapshots))


def set_protected(workspace: Workspace, keys: Iterable[str], *, protect: bool) -> Edit:
    """
    Have deletes of resources refused, or not any more, whatever the program says.

    Raises:
        Faults: The state does not have some of them.
    """
    snapshots = read(workspace)
    found = [one for one in named(snapshots, keys) if one[2].protected_in_state != protect]

    def apply(now: dict[str, Snapshot]) -> None:
        for project, rest, _ in found:
            now[project].entries[rest].protected_in_state = protect

    word = (
        "protected: it is not deleted, whatever the program says"
        if protect
        else "protected no more"
    )
    says = tuple(f"{label(rest)} is {word}" for _, rest, _ in found)
    verb = "protect" if protect else "unprotect"
    return Edit(f"state {verb} {_told(found)}", says, apply, texts(snapshots))


def rename(workspace: Workspace, old: str, new: str) -> Edit:
    """
    Have the state know a resource under the name that it has in DSS by now.

    Args:
        workspace: Where.
        old: Its key in the state.
        new: Its key from now on, or its new name.

    Raises:
        NotFound: The state has no such resource, or DSS none of the new name.
        Refused: It is not the same object, or of another kind, or the name is taken.
    """
    snapshots = read(workspace)
    ((project, rest, entry),) = named(snapshots, [old])
    kind, _, name = rest.partition("/")
    said = new.removeprefix(f"{project}/").removeprefix(f"{kind}/")
    if "/" in said and kind != "library_file":
        raise ProgramError(
            f'"{new}" is no name of a {kind.replace("_", " ")} of project {project}',
            fix=f"write {kind}/NAME: a resource keeps its kind and its project",
        )
    goal = f"{kind}/{said}"
    if kind in ("project", "variables", "permissions"):
        raise Refused(f"{label(rest)} has no other name", fix="DSS cannot rename it")
    if goal in snapshots[project].entries:
        raise Refused(
            f"the state has a {label(goal)} already", fix=f"dssdsl state forget {goal} first"
        )
    load_all()
    listed = list(PROVIDERS[kind].list(workspace.session, project))
    there = [one for one in listed if said == one.name]
    same = [one for one in listed if one.id == entry.id]
    if kind in ID_KINDS and same and same[0].name == said:
        there = same
    if len(there) != 1:
        what = f"has {len(there)} of that name" if there else "does not have it"
        raise NotFound(
            f"{label(goal)} cannot be what {label(rest)} was: DSS {what}",
            fix=suggestions(said, [one.name for one in listed])
            or "rename it in DSS first; to have dssdsl do it, write renamed_from in the program",
        )
    live = there[0]
    if kind in ID_KINDS and live.id != entry.id:
        raise Refused(f"{label(goal)} is another object in DSS than {label(rest)} (id {live.id})")
    if same and live.id != entry.id:
        raise Refused(
            f"{label(rest)} is still in DSS beside {label(goal)}",
            fix="they are two: dssdsl up adopts",
        )
    if (
        entry.created_at is not None
        and live.created_at is not None
        and entry.created_at != live.created_at
    ):
        raise Refused(
            f"{label(goal)} was made at another time than {label(rest)}: it is another object"
        )
    change = Rename(project, kind, name, said)

    def apply(now: dict[str, Snapshot]) -> None:
        entries = now[project].entries
        moved = entries.pop(rest)
        moved.id = live.id
        if "name" in moved.recorded:
            moved.recorded["name"] = said
        entries[goal] = moved
        for each in entries.values():
            each.needs = sorted(goal if need == rest else need for need in each.needs)
            if change.by_name:
                each.recorded = as_renamed(each.recorded, (change,)) or {}
                each.normalized = change.apply_to_pointers(each.normalized)

    says = (f"{label(rest)} is known as {label(goal)} from now on; nothing changes in DSS",)
    return Edit(f"state rename {rest} {goal}", says, apply, texts(snapshots))


def push(workspace: Workspace, text: str, where: str, *, force: bool) -> Edit:
    """
    Put a snapshot that somebody has in the place of the current one.

    Args:
        workspace: Where.
        text: The snapshot, as `state pull` prints it.
        where: Its file, for messages.
        force: Whether it may have another lineage, or an older serial.

    Raises:
        ProgramError: It is no snapshot.
        Refused: It is of something else, or older.
    """
    try:
        given = Snapshot.loads(text, where)
    except SnapshotError as error:
        raise ProgramError(
            error.problem, at=where, fix="push what dssdsl state pull printed"
        ) from None
    program, _ = workspace.loaded
    project = given.project_key
    keys = {p.identity for p in program.projects} | set(given.projects)
    snapshots = workspace.snapshots([*(p.identity for p in program.projects)])
    for what, its, mine in (
        (
            "project",
            project,
            project if project in keys | set(snapshots) else ", ".join(sorted(keys)),
        ),
        ("program", given.program, workspace.program_name),
        ("stack", given.stack, workspace.settings.name),
        ("host", given.host.rstrip("/"), workspace.settings.host.rstrip("/")),
    ):
        if its != mine:
            raise Refused(f'it is the state of {what} "{its}", and this is "{mine}"', at=where)
    if project not in workspace.session.project_keys:
        raise Refused(f"DSS has no project {project} that this state could be of", at=where)
    current = snapshots.get(project)
    warnings = []
    if current is not None and current.lineage != given.lineage:
        warnings.append(
            "it is of another lineage: it does not come from the state that is there, and secrets will look changed"
        )
    if current is not None and given.serial < current.serial:
        warnings.append(
            f"it is of deployment {given.serial}, and {current.serial} is there: what was done since would be forgotten"
        )
    if warnings and not force:
        raise Refused(
            f"the state of project {project} cannot be replaced: {'; '.join(warnings)}",
            at=where,
            fix="pull the current one and change that; --force does it anyway",
        )

    def apply(now: dict[str, Snapshot]) -> None:
        fresh = Snapshot(project_key=project, lineage=given.lineage)
        mine = now.setdefault(project, fresh)
        mine.entries = dict(given.entries)
        mine.pending = dict(given.pending)
        mine.config_hash, mine.projects = given.config_hash, given.projects

    lost, come = _gained(current, given)
    says = (
        f"the state of project {project} is replaced by {where}, with {len(given.entries)} resources",
        *(f"{label(rest)} is not in it any more; it stays in DSS" for rest in lost),
        *(f"{label(rest)} is new in it" for rest in come),
        *warnings,
    )
    adds = () if project in snapshots else (project,)
    return Edit("state push", says, apply, texts(snapshots), adds)


def _gained(current: Snapshot | None, given: Snapshot) -> tuple[list[str], list[str]]:
    mine = set(current.entries) if current else set()
    return sorted(mine - set(given.entries)), sorted(set(given.entries) - mine)


def edit(workspace: Workspace, change: Edit, listen: Callable[[Event], None]) -> int:
    """
    Make a change to the state, as a deployment of all projects.

    Returns:
        Its number.

    Raises:
        Locked: Somebody is deploying, or has since the change was checked.
    """
    there = sorted({*change.base, *change.adds} & workspace.session.project_keys)
    with Locks(workspace, change.operation, listen) as locks:
        for project in there:
            locks.take(project, dirty=True)
        now = workspace.snapshots([*change.base, *change.adds])
        if texts(now) != dict(change.base):
            raise Locked("somebody deployed in between", fix="run it again")
        change.apply(now)
        deed = Deed(change.operation)
        for project in there:
            record(workspace, project, now[project], deed, listen)
    return max((now[project].serial for project in there), default=0)


# -- damage ----------------------------------------------------------------------------------


def examine(workspace: Workspace) -> dict[str, repair.Repair]:
    """What of each project's state can be read; only of those where something is wrong."""
    program, _ = workspace.loaded
    found = {}
    queue = [p.identity for p in program.projects]
    for project in queue:
        one = repair.examine(workspace.store, project)
        others = one.good.projects if one.good else []
        queue += [other for other in others if other not in queue]
        wrong = one.damage is not None and (
            one.good is not None or workspace.store.text(project) is not None
        )
        if wrong:
            found[project] = one
    return found


def mend(workspace: Workspace, project: str, listen: Callable[[Event], None]) -> int:
    """
    Put the last good snapshot of the history in the place of a damaged one.

    Returns:
        The number of the deployment that it is; 0 where there was none, and the next `up` begins anew.

    Raises:
        Locked: Somebody is deploying, or has repaired it.
    """
    with Locks(workspace, "state repair", listen) as locks:
        if project in workspace.session.project_keys:
            locks.take(project, dirty=True)
        found = repair.examine(workspace.store, project)
        if found.damage is None:
            raise Locked(f"somebody repaired the state of project {project}", fix="look again")
        workspace.store.forget(project)
        if found.good is None or project not in workspace.session.project_keys:
            return 0
        workspace.store.write(project, found.good, over=0, keep=False)
        snapshot = found.good.model_copy(deep=True)
        record(workspace, project, snapshot, Deed("state repair"), listen)
    return snapshot.serial


def holders(workspace: Workspace) -> dict[str, lock.Holder]:
    """Who holds the locks of the program's projects, by project."""
    program, _ = workspace.loaded
    found = {}
    for project in dict.fromkeys(p.identity for p in program.projects):
        if project in workspace.session.project_keys and (
            who := lock.holder(workspace.store.board(project))
        ):
            found[project] = who
    return found


def unlock(workspace: Workspace, project: str) -> lock.Holder | None:
    """Take the lock of a project away from whoever holds it; gives who did."""
    return lock.unlock(workspace.store.board(project))


def label(rest: str) -> str:
    """A key of a snapshot, as messages say it."""
    kind, _, name = rest.partition("/")
    return f"{kind.replace('_', ' ')} {name}".strip()


def _told(found: list[tuple[str, str, Entry]]) -> str:
    return " ".join(full_key(project, rest) for project, rest, _ in found)
