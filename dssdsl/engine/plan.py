"""
Decides what to do, and does none of it.

A plan is a value: the command line prints it, the executor runs it, JSON stores it.
"""

from __future__ import annotations

import enum
import fnmatch
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import define, evolve, field, frozen

from dssdsl.errors import DssdslError, Faults, NotFound, ProgramError, Refused
from dssdsl.lang.canonical import look
from dssdsl.lang.fields import Shape
from dssdsl.lang.graph import Graph, suggestions
from dssdsl.lang.provider import Live
from dssdsl.lang.resource import Resource, many
from dssdsl.lang.values import Document, Text, sealed, settled
from dssdsl.state.snapshot import Entry, Snapshot

from .diff import Change, Difference, Effect, Reason, compare
from .renames import Rename, as_renamed


class Action(enum.StrEnum):
    """What a step does to its resource."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    RENAME = "rename"
    MOVE = "move"
    ADOPT = "adopt"
    DELETE = "delete"
    FORGET = "forget"
    KEEP = "keep"


@frozen
class Step:
    """
    One thing to do to one resource.

    Attributes:
        key: ``PROJECT/kind/name``.
        action: What to do.
        changes: The places that change; empty for a creation.
        why: The reason, in words.
        then: What follows at once: ``detect columns``, ``compute output schemas``.
        notes: What goes along or is lost.
        needs: Keys of steps that must be done before.
        live: What DSS held when the plan was made.
        drop_data: Whether a delete takes the data too.
        old: The name before a rename.
    """

    key: str
    kind: str
    name: str
    action: Action
    changes: tuple[Change, ...] = ()
    why: str = ""
    then: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    needs: frozenset[str] = frozenset()
    live: Live | None = field(default=None, repr=False)
    entry: Entry | None = field(default=None, repr=False)
    drop_data: bool = False
    old: str | None = None
    source: str = ""

    @property
    def label(self) -> str:
        """Its kind and name, as messages say them."""
        return f"{self.kind.replace('_', ' ')} {self.name}".strip()

    @property
    def project(self) -> str:
        """The key of the project that it is in."""
        return self.key.partition("/")[0]


@frozen
class Plan:
    """
    Steps in an order that respects what needs what.

    Attributes:
        steps: What is to do; deletes last.
        unchanged: How many resources stay as they are.
        kept: Entries that stay, with what DSS answers for them now.
        notes: What is worth knowing and is no step.
        not_checked: What the key may not check.
    """

    steps: tuple[Step, ...] = ()
    unchanged: int = 0
    kept: Mapping[str, Entry] = field(factory=dict)
    notes: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    config_hash: str = ""

    def __bool__(self) -> bool:
        return bool(self.steps)

    def counts(self) -> dict[str, int]:
        """How many steps of each action, in the order they are told."""
        found = [step.action for step in self.steps]
        return {action.value: found.count(action) for action in Action if action in found}

    def summary(self) -> str:
        """One line: ``1 to create, 3 to update · 37 unchanged``."""
        counts = ", ".join(f"{n} to {action}" for action, n in self.counts().items())
        return f"{counts or 'nothing to do'} · {self.unchanged} unchanged"


@frozen
class Options:
    """
    What the user asked for and agreed to.

    Attributes:
        targets: Globs of resources that the plan is limited to; empty means all.
        excludes: Globs of resources that it leaves out.
        adopt: Take over what exists though it differs.
        moves: Keys or names whose data may stay behind.
        replaces: Keys or names that may be deleted and made again.
        delete_data: Deletes take the data too.
        delete_adopted: What was there before us is deleted when the program drops it.
        delete_unmanaged: A project is deleted with what we do not manage in it.
        destroy: Everything goes.
    """

    targets: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    adopt: bool = False
    moves: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    delete_data: bool = False
    delete_adopted: bool = False
    delete_unmanaged: bool = False
    destroy: bool = False


@frozen
class Observed:
    """
    What DSS holds, as far as the plan needs it.

    Attributes:
        live: By key: what the program or the snapshot manages, if it is there.
        ambiguous: Keys whose name several objects have, with their ids.
        listed: All objects of the kinds that were listed: project → kind → objects.
        projects: The projects that exist.
        unmanaged: What a project to be destroyed holds beside what we manage.
        not_checked: What the key may not check.
    """

    live: Mapping[str, Live] = field(factory=dict)
    ambiguous: Mapping[str, tuple[str, ...]] = field(factory=dict)
    listed: Mapping[str, Mapping[str, tuple[Live, ...]]] = field(factory=dict)
    projects: frozenset[str] = frozenset()
    unmanaged: Mapping[str, tuple[str, ...]] = field(factory=dict)
    not_checked: tuple[str, ...] = ()


HOLDS_DATA = ("dataset", "managed_folder")
CONTAINED = "goes with its project"


def entry_key(key: str) -> str:
    """The key of a resource inside its project's snapshot: ``kind/name``."""
    project, _, rest = key.partition("/")
    return rest or f"project/{project}"


def full_key(project: str, rest: str) -> str:
    """The key of a snapshot's entry."""
    return project if rest == f"project/{project}" else f"{project}/{rest}"


@define
class Planner:
    """Makes a plan; one object per plan, so that its parts can share what they found."""

    graph: Graph
    wants: Mapping[str, Document]
    snapshots: Mapping[str, Snapshot]
    observed: Observed
    shapes: Mapping[str, Shape]
    options: Options = field(factory=Options)
    refusals: list[DssdslError] = field(factory=list)
    notes: list[str] = field(factory=list)
    steps: dict[str, Step] = field(factory=dict)
    kept: dict[str, Entry] = field(factory=dict)
    unchanged: int = 0
    renames: dict[str, tuple[Rename, ...]] = field(factory=dict)

    def plan(self) -> Plan:
        """
        Work out the steps.

        Raises:
            Faults: Everything that forbids the plan, at once.
        """
        selected = self.selected()
        self.find_renames()
        wanted = () if self.options.destroy else self.graph.resources
        for key in wanted:
            if key in selected:
                self.want(self.graph.resources[key])
            elif entry := self.entry(key):
                self.kept[key] = entry
        for key, entry in self.orphans():
            if key in selected:
                self.unwant(key, entry)
            else:
                self.kept[key] = entry
        self.cascade()
        self.fold_projects()
        self.drop_moot()
        self.likely_renames()
        if self.refusals:
            raise Faults(self.refusals)
        return Plan(
            steps=tuple(self.ordered()),
            unchanged=self.unchanged,
            kept=self.kept,
            notes=tuple(self.notes),
            not_checked=self.observed.not_checked,
            projects=tuple(sorted({key.partition("/")[0] for key in [*self.graph.resources, *self.snapshots]})),
        )

    def entry(self, key: str) -> Entry | None:
        """What the snapshot has of *key*."""
        snapshot = self.snapshots.get(key.partition("/")[0])
        return snapshot.entries.get(entry_key(key)) if snapshot else None

    def orphans(self) -> Iterator[tuple[str, Entry]]:
        """Yield what snapshots have and the program has not."""
        renamed = {_old_key(r) for r in self.graph.resources.values() if r.renamed_from} - set(self.graph.resources)
        for project, snapshot in self.snapshots.items():
            for rest, entry in snapshot.entries.items():
                key = full_key(project, rest)
                if self.options.destroy or (key not in self.graph.resources and key not in renamed):
                    yield key, entry

    # -- which resources ---------------------------------------------------------------------

    def selected(self) -> set[str]:
        """The keys that the plan is about."""
        everything = dict.fromkeys([*self.graph.resources, *(key for key, _ in self.orphans())])
        if not self.options.targets and not self.options.excludes:
            return set(everything)
        chosen = self.matching(self.options.targets, everything, "--target") if self.options.targets else set(everything)
        if self.options.targets and not self.options.destroy:
            for key in list(chosen):
                # What is not there yet must come along, or the step could not be done.
                chosen |= {n for n in _all_needs(self.graph, key) if n not in self.observed.live}
        return chosen - self.matching(self.options.excludes, everything, "--exclude")

    def matching(self, globs: Iterable[str], keys: Iterable[str], option: str) -> set[str]:
        """The keys that *globs* name; one that names nothing is a fault, with a suggestion."""
        names = {key: _names(key) for key in keys}
        found: set[str] = set()
        for glob in globs:
            hits = {key for key, known in names.items() if any(fnmatch.fnmatchcase(n, glob) for n in known)}
            if not hits:
                hint = suggestions(glob, [n for known in names.values() for n in known])
                self.refusals.append(ProgramError(f'{option} "{glob}" names nothing', fix=hint or "see dssdsl graph"))
            found |= hits
        return found

    # -- what the program wants --------------------------------------------------------------

    def want(self, resource: Resource) -> None:
        """Plan a resource that the program declares."""
        key, entry = resource.key, self.entry(resource.key)
        live = self.observed.live.get(key)
        if key in self.observed.ambiguous and (entry is None or live is None):
            self.refuse(
                resource,
                f"DSS has {len(self.observed.ambiguous[key])} objects of that name: {', '.join(self.observed.ambiguous[key])}",
                'say which one with adopt="<id>", or rename the others in DSS',
            )
            return
        if resource.renamed_from:
            self.rename(resource)
            return
        if live is None:
            self.create(resource, entry)
            return
        self.change(resource, entry, live)

    def create(self, resource: Resource, entry: Entry | None) -> None:
        """Plan a resource that DSS does not have."""
        if resource.adopt and not getattr(resource, "always_there", False):
            self.refusals.append(
                NotFound(
                    f"{resource.label} is to be adopted, and DSS does not have it",
                    at=resource.source,
                    fix=self.near(resource) or "take adopt away to create it",
                )
            )
            return
        why = "new" if entry is None else "gone from DSS"
        self.add(resource, Action.CREATE, why=why, then=self.follow_up(resource), entry=entry)

    def near(self, resource: Resource) -> str | None:
        """What DSS has that is called nearly the same."""
        listed = self.observed.listed.get(resource.key.partition("/")[0], {}).get(resource.kind, ())
        titles = {str((live.document or {}).get("name") or live.name): live.name for live in listed}
        hint = suggestions(resource.identity, [*titles, *titles.values()])
        return hint

    def follow_up(self, resource: Resource) -> tuple[str, ...]:
        """What DSS is asked to work out once the resource is there."""
        if getattr(resource, "computes_schema", False) and not self.declared_columns(resource):
            return ("compute output schemas",)
        if resource.kind == "dataset" and getattr(resource, "columns", None) is None and resource.key in self.sources():
            return ("detect columns",)
        return ()

    def declared_columns(self, recipe: Resource) -> bool:
        """Whether the program says the columns of all that *recipe* writes."""
        outputs = [self.graph.resources.get(key) for key in self.graph.needs(recipe.key)]
        written = {str(getattr(ref.target, "key", "")) for ref in recipe.refs("outputs")}  # type: ignore[attr-defined]
        return all(getattr(o, "columns", None) is not None for o in outputs if o is not None and o.key in written)

    def sources(self) -> set[str]:
        """Datasets of others' data, which no recipe of the program writes."""
        written = {
            key
            for recipe in self.graph.resources.values()
            if recipe.kind == "recipe"
            for ref in recipe.refs("outputs")  # type: ignore[attr-defined]
            for key in [getattr(ref.target, "key", None) or f"{recipe.key.partition('/')[0]}/dataset/{ref.target}"]
        }
        return {
            key
            for key, r in self.graph.resources.items()
            if r.kind == "dataset" and key not in written and not settled(self.wants.get(key, {})).get("managed")
        }

    def change(self, resource: Resource, entry: Entry | None, live: Live) -> None:
        """Plan a resource that DSS has."""
        key = resource.key
        snapshot = self.snapshots.get(key.partition("/")[0])
        salt = snapshot.lineage if snapshot else ""
        want = settled(self.wants[key])
        recorded = entry.recorded if entry else None
        always = getattr(resource, "always_there", False)
        if recorded is None and snapshot is not None and entry_key(key) in snapshot.pending:
            recorded = {}
        found = self.compare(resource, recorded, entry.echo if entry else {}, live.document)
        changes = tuple(self.with_file(key, c) for c in found.changes if c.effect is not Effect.SHOW)
        for change in found.changes:
            if change.effect is Effect.SHOW and change.reason is Reason.REMOVED_FROM_CODE:
                self.notes.append(f"{resource.label}: {change.field} is no longer managed; DSS keeps its value")
            elif change.effect is Effect.SHOW:
                self.notes.append(f"{resource.label}: {change.field} was changed by a run, and stays")
        after = Entry(
            id=live.id,
            origin=entry.origin if entry else ("created" if recorded is not None or always else "adopted"),
            recorded=sealed(want, salt),
            echo=dict(found.echo),
            version=live.version,
            made=live.made,
            needs=sorted(entry_key(n) for n in self.graph.needs(key)),
            protect=resource.protect,
            retain=resource.retain_on_delete,
        )
        if entry is None and recorded is None and not self.may_adopt(resource, changes, always=always):
            return
        if not changes:
            if entry is None and not always:
                self.add(resource, Action.ADOPT, why="already in DSS, equal", live=live, entry=after)
            else:
                self.unchanged += 1
                self.kept[key] = after
            return
        self.act(resource, changes, live, entry)

    def with_file(self, key: str, change: Change) -> Change:
        """*change* with the program's file that its new value came from, if it came from one."""
        value = look(self.wants[key], change.pointer, self.shapes[key])
        return evolve(change, source=value.source) if isinstance(value, Text) else change

    def compare(self, resource: Resource, recorded: Document | None, echo: Mapping[str, Any], live: Document | None) -> Difference:
        """Compare the documents of a resource, as they will be once all renames are done."""
        project = resource.key.partition("/")[0]
        snapshot, renames = self.snapshots.get(project), self.renames.get(project, ())
        for rename in renames:
            self.refusals += rename.left_in(resource)
            echo = rename.apply_to_pointers(echo)
        return compare(
            settled(self.wants[resource.key]), as_renamed(recorded, renames), echo, as_renamed(live, renames), self.shapes[resource.key],
            salt=snapshot.lineage if snapshot else "", exclusive=frozenset(many(resource.exclusive)),
        )  # fmt: skip

    def may_adopt(self, resource: Resource, changes: tuple[Change, ...], *, always: bool) -> bool:
        """Whether an object that was there before us may be taken over; a no is noted as a refusal."""
        if resource.adopt is False:
            self.refuse(resource, "it exists in DSS already, and adopt=False says it must not", "choose another name")
            return False
        clash = [c for c in changes if not always or c.old is not None]
        if not clash or resource.adopt or self.options.adopt:
            return True
        told = "; ".join(
            f"{c.field}, a secret" if c.secret else f"{c.field}: {show(c.old)} in DSS, {show(c.new)} in the program" for c in clash[:3]
        )
        more = f" and {len(clash) - 3} more" if len(clash) > 3 else ""  # noqa: PLR2004  three are told
        self.refuse(
            resource,
            f"it exists in DSS already and differs ({told}{more})",
            "say adopt=True to take it over as the program has it, or pass --adopt, or choose another name",
        )
        return False

    def act(self, resource: Resource, changes: tuple[Change, ...], live: Live, entry: Entry | None) -> None:
        """Plan what *changes* take."""
        effects = {c.effect for c in changes}
        action = Action.UPDATE if entry is not None or getattr(resource, "always_there", False) else Action.ADOPT
        notes: tuple[str, ...] = ()
        if Effect.REPLACE in effects:
            action = Action.REPLACE
            fields = ", ".join(dict.fromkeys(c.field for c in changes if c.effect is Effect.REPLACE))
            if resource.protect or (entry and entry.protect):
                self.refuse(resource, f"{fields} is fixed at creation, and it is protected", "take protect away first")
                return
            if entry is not None and entry.origin == "adopted" and not self.agreed(resource, self.options.replaces):
                self.refuse(
                    resource, f"{fields} is fixed at creation, and it was there before us",
                    f"pass --replace {resource.identity} to have it deleted and made again",
                )  # fmt: skip
                return
            if resource.kind in HOLDS_DATA and not self.agreed(resource, self.options.replaces):
                self.refuse(
                    resource,
                    f"{fields} is fixed at creation: to change it, it must be deleted and made again, with what was loaded into it",
                    f"pass --replace {resource.identity} to agree, or put it back",
                )
                return
            notes = (f"{fields} is fixed at creation",)
        elif Effect.MOVE in effects:
            moved = [c for c in changes if c.effect is Effect.MOVE]
            if not self.agreed(resource, self.options.moves):
                what = "; ".join(f"{c.field}: {show(c.old)} → {show(c.new)}" for c in moved)
                self.refuse(
                    resource, f"{what} points it elsewhere, and the data stays behind at {show(moved[0].old)}",
                    f"pass --move {resource.identity} to agree, or put it back",
                )  # fmt: skip
                return
            action = Action.MOVE if action is Action.UPDATE else action
            notes = tuple(f"the data stays at {show(c.old)}" for c in moved)
        then = self.follow_up(resource) if action in (Action.REPLACE,) or resource.kind == "recipe" else ()
        self.add(resource, action, changes=changes, why=why(changes), notes=notes, live=live, entry=entry, then=then)

    def agreed(self, resource: Resource, keys: Iterable[str]) -> bool:
        """Whether the user named the resource in a consent."""
        return any(fnmatch.fnmatchcase(name, key) for key in keys for name in _names(resource.key))

    def find_renames(self) -> None:
        """Note which declared names DSS has under an older one."""
        live = self.observed.live
        for key, resource in self.graph.resources.items():
            if resource.renamed_from and key not in live and _old_key(resource) in live and not self.options.destroy:
                rename = Rename(key.partition("/")[0], resource.kind, resource.renamed_from, resource.identity)
                self.renames[rename.project] = (*self.renames.get(rename.project, ()), rename)

    def rename(self, resource: Resource) -> None:
        """Plan a resource that had another name; what refers to it is renamed by DSS."""
        old = _old_key(resource)
        entry, live = self.entry(old), self.observed.live.get(resource.key)
        if live is not None:
            # Done already: in an earlier deployment, or in the UI.
            self.change(resource, self.entry(resource.key) or entry, live)
            return
        before = self.observed.live.get(old)
        if before is None:
            self.create(resource, self.entry(resource.key))
            return
        found = self.compare(resource, entry.recorded if entry else {}, entry.echo if entry else {}, before.document)
        changes = tuple(c for c in found.changes if c.effect is not Effect.SHOW and c.pointer != "/name")
        self.add(
            resource, Action.RENAME, changes=changes, why=f"renamed from {resource.renamed_from}", live=before,
            entry=entry, old=resource.renamed_from, notes=("data, recipes and history stay",),
        )  # fmt: skip

    def likely_renames(self) -> None:
        """Say where a delete and a creation look like a rename."""
        gone = [s for s in self.steps.values() if s.action is Action.DELETE and s.entry and s.kind in (*HOLDS_DATA, "recipe")]
        for step in [s for s in self.steps.values() if s.action is Action.CREATE]:
            want = sealed(settled(self.wants[step.key]), "")
            for other in gone:
                if other.kind == step.kind and other.project == step.project and other.entry and other.entry.recorded == want:
                    self.notes.append(
                        f"{step.label} looks like {other.label} under another name: to keep its data and history, "
                        f'add renamed_from="{other.name}" ({step.source})'
                    )

    # -- what it does not want any more ------------------------------------------------------

    def unwant(self, key: str, entry: Entry) -> None:
        """Plan something that the program does not declare any more."""
        rest = entry_key(key)
        kind, _, name = rest.partition("/")
        live = self.observed.live.get(key)
        base = Step(key, kind, name, Action.FORGET, live=live, entry=entry, needs=frozenset())
        if live is None:
            self.steps[key] = evolve(base, why="gone from DSS already")
        elif kind in ("variables", "permissions"):
            self.withdraw(base, entry, live)
        elif entry.protect:
            self.refusals.append(
                Refused(
                    f"{base.label} is protected, and the program does not declare it any more",
                    fix="declare it again without protect, deploy, then take it away",
                )
            )
        elif entry.retain:
            self.steps[key] = evolve(base, why="retain_on_delete: it stays in DSS")
        elif entry.origin == "adopted" and not self.options.delete_adopted:
            self.steps[key] = evolve(base, why="it was there before us, and stays in DSS (--delete-adopted deletes it)")
        else:
            data = kind in HOLDS_DATA or kind == "project"
            kept = ("its data goes too",) if self.options.delete_data else ("its data stays",)
            self.steps[key] = evolve(
                base,
                action=Action.DELETE,
                why="not in the program any more" if not self.options.destroy else "destroyed",
                drop_data=self.options.delete_data and data,
                notes=(kept if data else ()) + self.takes_along(key, kind, name),
            )

    def withdraw(self, base: Step, entry: Entry, live: Live) -> None:
        """Plan to take our part out of a document that every project has."""
        if self.options.destroy and any(k == base.project for k, _ in self.orphans()):
            self.steps[base.key] = evolve(base, why=CONTAINED)
            return
        found = compare({}, entry.recorded, entry.echo, live.document, self.shapes[base.kind])
        changes = tuple(c for c in found.changes if c.effect is Effect.UPDATE)
        self.steps[base.key] = evolve(
            base, action=Action.DELETE if changes else Action.FORGET, changes=changes, why="not in the program any more"
        )

    def takes_along(self, key: str, kind: str, name: str) -> tuple[str, ...]:
        """What DSS deletes with a dataset or folder that nobody here manages."""
        if kind not in HOLDS_DATA:
            return ()
        return tuple(f"DSS takes along recipe {r}, which dssdsl does not manage" for r in self.unmanaged_users(key, name))

    def unmanaged_users(self, key: str, name: str) -> list[str]:
        """Recipes that use a dataset or folder and that nobody here manages."""
        project = key.partition("/")[0]
        live = self.observed.live.get(key)
        ref = live.id if live else name
        return sorted(
            recipe.name
            for recipe in self.observed.listed.get(project, {}).get("recipe", ())
            if self.entry(f"{project}/recipe/{recipe.name}") is None
            and f"{project}/recipe/{recipe.name}" not in self.graph.resources
            and ref in _refs(recipe.head or {})
        )

    # -- what follows ------------------------------------------------------------------------

    def cascade(self) -> None:
        """Carry a replace on to what DSS deletes with it, and to what refers to it."""
        queue = [key for key, step in self.steps.items() if step.action is Action.REPLACE]
        while queue:
            key = queue.pop()
            step = self.steps[key]
            for name in self.unmanaged_users(key, step.name) if step.kind in HOLDS_DATA else ():
                self.refusals.append(
                    Refused(
                        f"{step.label} must be replaced, and DSS would delete recipe {name} with it, which dssdsl does not manage",
                        fix="declare that recipe too, or move it to another dataset",
                    )
                )
            for other, needs in self.graph.edges.items():
                if key not in needs or other in self.steps and self.steps[other].action in (Action.REPLACE, Action.CREATE):
                    continue
                resource, live = self.graph.resources[other], self.observed.live.get(other)
                if live is None:
                    continue
                entry = self.entry(other)
                before = self.steps.get(other)
                if before is None:
                    self.unchanged -= 1
                    self.kept.pop(other, None)
                together = resource.kind == "recipe"
                self.add(
                    resource,
                    Action.REPLACE if together else Action.UPDATE,
                    changes=before.changes if before else (),
                    why=f"goes along with {step.label}",
                    live=live,
                    entry=entry,
                    then=self.follow_up(resource) if together else (),
                )
                if together:
                    queue.append(other)

    def fold_projects(self) -> None:
        """What is in a project that is deleted goes with it, in one request."""
        gone = [s for s in self.steps.values() if s.kind == "project" and s.action is Action.DELETE]
        for step in gone:
            inside = [s for s in self.steps.values() if s.project == step.name and s.key != step.key]
            for other in inside:
                if other.action in (Action.DELETE, Action.FORGET):
                    self.steps[other.key] = evolve(other, action=Action.DELETE, why=CONTAINED, notes=(), changes=())
            theirs = list(self.observed.unmanaged.get(step.name, ()))
            adopted = [s.label for s in inside if s.entry and s.entry.origin == "adopted" and not self.options.delete_adopted]
            if (theirs or adopted) and not self.options.delete_unmanaged:
                what = ", ".join([*theirs, *adopted][:8]) + (" …" if len([*theirs, *adopted]) > 8 else "")  # noqa: PLR2004
                self.refusals.append(
                    Refused(
                        f"project {step.name} holds what dssdsl does not manage: {what}",
                        fix="pass --delete-unmanaged to have it all deleted, once its owners agree",
                    )
                )
            self.steps[step.key] = evolve(step, notes=("its history goes too", *step.notes))
        stay = {s.name for s in self.steps.values() if s.kind == "project"} - {s.name for s in gone}
        for key, step in list(self.steps.items()):
            if self.options.destroy and step.why == CONTAINED and step.kind in ("variables", "permissions") and step.project in stay:
                entry, live = step.entry, step.live
                if entry is not None and live is not None:
                    found = compare({}, entry.recorded, entry.echo, live.document, self.shapes[step.kind])
                    changes = tuple(c for c in found.changes if c.effect is Effect.UPDATE)
                    action = Action.DELETE if changes else Action.FORGET
                    self.steps[key] = evolve(step, action=action, changes=changes, why="destroyed")

    def drop_moot(self) -> None:
        """Leave to DSS what it does by itself: what is deleted leaves its zone."""
        gone = {(s.project, s.live.id) for s in self.steps.values() if s.action is Action.DELETE and s.live}
        for key, step in list(self.steps.items()):
            if step.kind != "zone" or step.action is not Action.UPDATE or step.live is None or step.entry is None:
                continue
            left = tuple(
                c for c in step.changes
                if not (c.pointer.startswith("/items/[") and (step.project, c.pointer.rpartition(":")[2].rstrip("]")) in gone)
            )  # fmt: skip
            if left:
                self.steps[key] = evolve(step, changes=left)
            elif step.changes:
                del self.steps[key]
                self.unchanged += 1
                self.kept[key] = step.entry.model_copy(
                    update={"recorded": sealed(settled(self.wants[key]), self.snapshots[step.project].lineage)}
                )

    def add(self, resource: Resource, action: Action, **said: Any) -> None:
        """Add a step for a declared resource."""
        self.steps[resource.key] = Step(
            key=resource.key,
            kind=resource.kind,
            name=resource.identity,
            action=action,
            needs=self.graph.needs(resource.key),
            source=resource.source,
            **said,
        )

    def refuse(self, resource: Resource, problem: str, fix: str) -> None:
        """Note that a rule forbids the plan."""
        self.refusals.append(Refused(f"{resource.label}: {problem}", at=resource.source, fix=fix))

    def ordered(self) -> Iterator[Step]:
        """The steps, in the order in which they can be done; deletes last, in reverse."""
        rank = {key: n for n, key in enumerate(self.graph.order())}
        going = (Action.DELETE, Action.FORGET)
        yield from sorted((s for s in self.steps.values() if s.action not in going), key=lambda s: rank.get(s.key, 0))
        yield from delete_order([s for s in self.steps.values() if s.action in going])


def delete_order(steps: list[Step]) -> list[Step]:
    """Deletes in an order in which nothing is deleted before what needs it; projects last."""
    from dssdsl.lang.graph import order

    keys = {step.key: step for step in steps}
    edges = {
        key: frozenset(
            n for n in (full_key(step.project, need) for need in (step.entry.needs if step.entry else ())) if n in keys and n != key
        )
        for key, step in keys.items()
    }
    backwards = list(reversed(order(edges)))
    steps = [keys[key] for key in backwards]
    return [s for s in steps if s.kind != "project"] + [s for s in steps if s.kind == "project"]


def show(value: Any) -> str:
    """A value, as a sentence can hold it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value if isinstance(value, str) else repr(value)
    short = text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004  what fits a line
    return f'"{short}"' if isinstance(value, str) else short


def why(changes: Iterable[Change]) -> str:
    """The most telling reason among *changes*, in words."""
    reasons = {c.reason for c in changes}
    words = {
        Reason.CHANGED_ON_BOTH_SIDES: "changed in the program and in DSS",
        Reason.CHANGED_IN_DSS: "changed in DSS",
        Reason.ADOPTED_DIFFERS: "already in DSS, differs",
        Reason.REMOVED_FROM_CODE: "no longer set by the program",
        Reason.CHANGED_IN_CODE: "changed in the program",
    }
    return next((text for reason, text in words.items() if reason in reasons), "")


def _names(key: str) -> tuple[str, ...]:
    rest = entry_key(key)
    kind, _, name = rest.partition("/")
    return (key, rest, name, f"{kind.replace('_', ' ')} {name}")


def _old_key(resource: Resource) -> str:
    project = resource.key.partition("/")[0]
    return f"{project}/{resource.kind}/{resource.renamed_from}"


def _all_needs(graph: Graph, key: str) -> set[str]:
    found: set[str] = set()
    queue = [key]
    while queue:
        for need in graph.needs(queue.pop()):
            if need not in found:
                found.add(need)
                queue.append(need)
    return found


def _refs(recipe: Document) -> set[str]:
    return {
        item.get("ref")
        for side in ("inputs", "outputs")
        for role in (recipe.get(side) or {}).values()
        for item in role.get("items", ())
    }
