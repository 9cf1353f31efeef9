"""Changes to the state alone: DSS's objects stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from attrs import frozen

from dssdsl.engine.renames import Rename, as_renamed
from dssdsl.errors import Locked, NotFound, ProgramError, ProgramErrors, Refused
from dssdsl.lang.keys import PROJECT, Key
from dssdsl.lang.kinds import facts
from dssdsl.lang.live import Live
from dssdsl.lang.near import did_you_mean
from dssdsl.lang.provider import PROVIDERS
from dssdsl.resources import load_all
from dssdsl.state.snapshot import Entry, Snapshot, SnapshotError, all_entries

from . import ownership
from .locks import Locks
from .record import DeploymentInfo, begin, interrupted, record

if TYPE_CHECKING:
    from dssdsl.plan.events import Event

    from .context import Context

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
        claims: Whether it takes over the state of another program or stack.
    """

    operation: str
    says: tuple[str, ...]
    apply: Callable[[dict[str, Snapshot]], None]
    base: Mapping[str, str]
    adds: tuple[str, ...] = ()
    claims: bool = False


def read(context: Context) -> dict[str, Snapshot]:
    """The state of the program's projects, and of those deployed with them."""
    return ownership.current(context)


def texts(snapshots: Snapshots) -> dict[str, str]:
    """Snapshots as text, to compare them."""
    return {project: snapshot.dumps() for project, snapshot in snapshots.items()}


def find(snapshots: Snapshots, name: str) -> tuple[Key, Entry] | None:
    """The resource that *name* means: its key with or without the project, its label, or its bare name."""
    entries = sorted(all_entries(snapshots))
    for matches in (_whole, _local, _bare):
        for key, entry in entries:
            if matches(key, name):
                return key, entry
    return None


def _whole(key: Key, name: str) -> bool:
    return name in (key, f"{key.project}/{key.local}")


def _local(key: Key, name: str) -> bool:
    return name in (key.local, key.local.rstrip("/"), key.label)


def _bare(key: Key, name: str) -> bool:
    return name == key.name


def find_all(snapshots: Snapshots, names: Iterable[str]) -> list[tuple[Key, Entry]]:
    """
    The resources that *names* mean.

    Raises:
        ProgramErrors: The state has no such resource, for some of them.
    """
    found, errors = [], []
    cut_off = any(map(is_edit_cut_off, snapshots.values()))
    for name in names:
        if one := find(snapshots, name):
            found.append(one)
        elif not cut_off:  # else an edit forgot it, and is finished now
            known = [each for key, _ in all_entries(snapshots) for each in key.names()]
            fix = did_you_mean(name, known) or "dssdsl state list lists its resources"
            errors.append(NotFound(f'the state has no "{name}"', fix=fix))
    if errors:
        raise ProgramErrors(errors)
    return found


def forget(context: Context, keys: Iterable[str]) -> Edit:
    """
    Take resources out of the state; DSS keeps them.

    Raises:
        ProgramErrors: The state does not have some of them.
    """
    snapshots = read(context)
    found = [key for key, _ in find_all(snapshots, keys)]

    def apply(now: dict[str, Snapshot]) -> None:
        for key in found:
            now[key.project].entries.pop(key.local, None)

    says = tuple(
        f"{key.label} is forgotten; it stays in DSS, and the next up treats it as one that dssdsl did not create"
        for key in found
    )
    return Edit(f"state forget {' '.join(found)}", says, apply, texts(snapshots))


def set_protected(context: Context, keys: Iterable[str], *, protect: bool) -> Edit:
    """
    Refuse to delete resources, even if the program drops them, or allow it again.

    Raises:
        ProgramErrors: The state does not have some of them.
    """
    snapshots = read(context)
    found = [key for key, entry in find_all(snapshots, keys) if entry.protected_in_state != protect]

    def apply(now: dict[str, Snapshot]) -> None:
        for key in found:
            now[key.project].entries[key.local].protected_in_state = protect

    word = "protected: dssdsl refuses to delete it" if protect else "no longer protected"
    says = tuple(f"{key.label} is {word}" for key in found)
    verb = "protect" if protect else "unprotect"
    return Edit(f"state {verb} {' '.join(found)}", says, apply, texts(snapshots))


def rename(context: Context, old: str, new: str) -> Edit:
    """
    Record that a resource was renamed in DSS.

    Args:
        context: Where.
        old: Its key in the state.
        new: Its key from now on, or its new name.

    Raises:
        NotFound: The state has no such resource, or DSS none of the new name.
        Refused: It is not the same object, or of another kind, or the name is taken.
    """
    snapshots = read(context)
    ((key, entry),) = find_all(snapshots, [old])
    load_all()
    goal = _goal(snapshots, key, new)
    live = _renamed_in_dss(context, key, goal, entry)
    change = Rename(key.project, key.kind, key.name, goal.name)

    def apply(now: dict[str, Snapshot]) -> None:
        entries = now[key.project].entries
        moved = entries.pop(key.local)
        moved.id = live.id
        if "name" in moved.recorded:
            moved.recorded["name"] = goal.name
        entries[goal.local] = moved
        for each in entries.values():
            each.needs = sorted(goal.local if n == key.local else n for n in each.needs)
            if change.by_name:
                each.recorded = as_renamed(each.recorded, (change,)) or {}
                each.normalized = change.apply_to_pointers(each.normalized)

    says = (f"{key.label} is known as {goal.label} from now on; nothing changes in DSS",)
    operation = f"state rename {key.local} {goal.local}"
    return Edit(operation, says, apply, texts(snapshots))


def _goal(snapshots: Snapshots, key: Key, new: str) -> Key:
    """
    The key that a resource gets.

    Raises:
        ProgramError: *new* names another kind or project.
        Refused: It cannot have another name, or the state has that one.
    """
    name = new.removeprefix(f"{key.project}/").removeprefix(f"{key.kind}/")
    if "/" in name and facts(key.kind).identified_by != "path":
        raise ProgramError(
            f'"{new}" is no name of a {key.kind.replace("_", " ")} of project {key.project}',
            fix=f"write {key.kind}/NAME: a resource keeps its kind and its project",
        )
    goal = key.renamed(name)
    if key.kind == PROJECT or facts(key.kind).always_there:
        raise Refused(f"{key.label} has no other name", fix="DSS cannot rename it")
    if goal.local in snapshots[key.project].entries:
        raise Refused(
            f"the state has a {goal.label} already",
            fix=f"run dssdsl state forget {goal.local} first",
        )
    return goal


def _renamed_in_dss(context: Context, key: Key, goal: Key, entry: Entry) -> Live:
    """
    The object that DSS has under the new name.

    Raises:
        NotFound: There is none, or there are several.
        Refused: It is another object.
    """
    listed: list[Live] = list(PROVIDERS[key.kind].list(context.session, key.project))
    there = [one for one in listed if goal.name == one.name]
    same = [one for one in listed if one.id == entry.id]
    if facts(key.kind).id_is_made_up and same and same[0].name == goal.name:
        there = same
    if len(there) != 1:
        what = f"has {len(there)} of that name" if there else "does not have it"
        raise NotFound(
            f"{key.label} cannot become {goal.label}: DSS {what}",
            fix=did_you_mean(goal.name, [one.name for one in listed])
            or "rename it in DSS first; to have dssdsl rename it, write renamed_from in the program",
        )
    live = there[0]
    if facts(key.kind).id_is_made_up and live.id != entry.id:
        raise Refused(f"{goal.label} is another object in DSS than {key.label} (id {live.id})")
    if same and live.id != entry.id:
        raise Refused(
            f"DSS has both {key.label} and {goal.label}",
            fix="they are two objects: dssdsl up adopts the new one",
        )
    if None not in (entry.created_at, live.created_at) and entry.created_at != live.created_at:
        raise Refused(
            f"{goal.label} was created at another time than {key.label}: it is another object"
        )
    return live


def claim(context: Context) -> Edit:
    """
    Make this program and stack the owner of its projects' state.

    The next `up` of this checkout may then delete what the state records and the program does not declare.

    Raises:
        NotFound: No project of the program has a state.
    """
    program, graph = context.loaded
    keys = [p.identity for p in program.projects]
    recorded = ownership.read(context, keys, claim=True).snapshots
    if not recorded:
        raise NotFound(
            f"no state to claim: {', '.join(keys)} was never deployed by dssdsl",
            fix="dssdsl up deploys it",
        )
    mine = ownership.owner(context.program_name, context.settings.name)
    says: list[str] = []
    for project, snapshot in sorted(recorded.items()):
        dropped = ownership.undeclared(graph, snapshot)
        theirs = ownership.owner(snapshot.program, snapshot.stack)
        if theirs == mine and ownership.is_known(context, snapshot):
            continue
        says.append(
            f"project {project} changes its owner from {theirs} to {mine}; deployment {snapshot.serial} was made by {snapshot.by} at {snapshot.last_applied}"
            if theirs != mine
            else f"project {project} stays with {mine}"
        )
        if dropped:
            says.append(
                f"the next up deletes or forgets {len(dropped)} of the {len(snapshot.entries)} recorded resources, because this program does not declare them: {ownership.listed(dropped)}"
            )

    def apply(now: dict[str, Snapshot]) -> None:
        """Recording the edit names the owner."""

    return Edit("state claim", tuple(says), apply, texts(recorded), claims=True)


def push(context: Context, text: str, where: str, *, force: bool) -> Edit:
    """
    Replace the current snapshot of a project.

    Args:
        context: Where.
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
        if error.newer:
            raise
        raise ProgramError(
            error.problem, at=where, fix="push what dssdsl state pull printed"
        ) from None
    project = given.project_key
    keys = {*ownership.known(context), *given.projects}
    snapshots = read(context)
    if project not in keys | set(snapshots):
        mine = ", ".join(sorted(keys))
        raise Refused(f"this is the state of project {project}, not of {mine}", at=where)
    if not given.belongs_to(project, context.settings.host):
        raise Refused(
            f"this is the state of {given.host}, not of {context.settings.host}", at=where
        )
    ownership.check_owner(context, given)
    if project not in context.session.project_keys:
        raise Refused(f"DSS has no project {project} that this state could be of", at=where)
    current = snapshots.get(project)
    warnings = []
    if current is not None and current.lineage != given.lineage:
        warnings.append(
            "it is of another lineage: it does not come from the state that is there, and secrets will look changed"
        )
    if current is not None and given.serial < current.serial:
        warnings.append(
            f"it is of deployment {given.serial}, and {current.serial} is recorded: the deployments in between would be lost"
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
        *(f"{key.label} is no longer in it; it stays in DSS" for key in lost),
        *(f"{key.label} is new in it" for key in come),
        *warnings,
    )
    adds = () if project in snapshots else (project,)
    return Edit("state push", says, apply, texts(snapshots), adds)


def _gained(current: Snapshot | None, given: Snapshot) -> tuple[list[Key], list[Key]]:
    mine = {key for key, _ in current.keyed()} if current else set()
    theirs = {key for key, _ in given.keyed()}
    return sorted(mine - theirs), sorted(theirs - mine)


def edit(
    context: Context,
    change: Edit,
    listen: Callable[[Event], None],
    *,
    commit_others: bool = False,
) -> int:
    """
    Make a change to the state, as a deployment of all projects.

    Args:
        context: The program and its stack.
        change: What to change.
        listen: Called with what is worth knowing.
        commit_others: Whether to commit other users' pending changes too, in projects in explicit commit mode.

    Returns:
        Its number; 0 if DSS has none of the projects.

    Raises:
        Locked: Somebody is deploying, or has since the change was checked.
        Refused: Other users have uncommitted changes.
    """
    there = sorted({*change.base, *change.adds} & context.session.project_keys)
    with Locks(context, change.operation, listen) as locks:
        for project in there:
            locks.take(project, commit_others=commit_others)
        projects = [*change.base, *change.adds]
        now = ownership.read(context, projects, claim=change.claims).snapshots
        if texts(now) != dict(change.base):
            raise Locked("somebody else deployed meanwhile", fix="run it again")
        if not there:
            return 0
        kept = {project: now[project] for project in there if project in now}
        info = begin_edit(context, kept, change.operation)
        change.apply(now)
        return record(context, {p: now[p] for p in there}, info, listen)


def begin_edit(context: Context, snapshots: Snapshots, operation: str) -> DeploymentInfo:
    """Store that an edit of several projects begins; gives what the history says of it."""
    edits = {p: s for p, s in snapshots.items() if is_edit_cut_off(s)}
    for id in {s.unfinished.deployment for s in edits.values() if s.unfinished}:
        recorded = [s.serial for s in snapshots.values() if s.deployment == id]
        interrupted(context, edits, max(recorded, default=0))
    # Its configuration is that of the deployment before.
    before = max((snapshot.serial for snapshot in snapshots.values()), default=0)
    info = DeploymentInfo(operation, before or None)
    for project, snapshot in snapshots.items() if len(snapshots) > 1 else ():
        if snapshot.cut_off is None:
            begin(context, project, snapshot, info)
    return info


def is_edit_cut_off(snapshot: Snapshot) -> bool:
    """Whether an edit of the state was cut off, before it came to this project."""
    one = snapshot.cut_off
    return one is not None and not one.writes and not snapshot.pending and bool(one.restores)
