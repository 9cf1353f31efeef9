"""Decides what to do, and does none of it: a pure function of what is wanted, recorded and there."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import define, evolve, field

from dssdsl.engine.diff import Difference, compare
from dssdsl.engine.entries import entry_of
from dssdsl.engine.observed import Observed
from dssdsl.engine.renames import Rename, as_renamed
from dssdsl.errors import DssdslError, Faults, NotFound, ProgramError, Refused
from dssdsl.lang.canonical import look
from dssdsl.lang.fields import Shape
from dssdsl.lang.graph import Graph, order, suggestions
from dssdsl.lang.model import many
from dssdsl.lang.provider import Live
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Document, Text, settled
from dssdsl.plan.changes import Change, Effect, Reason
from dssdsl.plan.options import Options
from dssdsl.plan.steps import CONTAINED, HOLDS_DATA, Action, Plan, Step, entry_key, full_key
from dssdsl.state.snapshot import Entry, Snapshot

from . import side_effects


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
    now_called: dict[str, str] = field(factory=dict)

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
        side_effects.cascade(self)
        side_effects.fold_projects(self)
        side_effects.drop_moot(self)
        side_effects.likely_renames(self)
        if self.refusals:
            raise Faults(self.refusals)
        return Plan(
            steps=tuple(self.ordered()),
            unchanged=self.unchanged,
            kept=self.kept,
            notes=tuple(self.notes),
            not_checked=self.observed.not_checked,
            projects=tuple(
                sorted({key.partition("/")[0] for key in [*self.graph.resources, *self.snapshots]})
            ),
        )

    def entry(self, key: str) -> Entry | None:
        """What the snapshot has of *key*."""
        snapshot = self.snapshots.get(key.partition("/")[0])
        return snapshot.entries.get(entry_key(key)) if snapshot else None

    def orphans(self) -> Iterator[tuple[str, Entry]]:
        """Yield what snapshots have and the program has not."""
        renamed = {_old_key(r) for r in self.graph.resources.values() if r.renamed_from} - set(
            self.graph.resources
        )
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
        chosen = (
            self.matching(self.options.targets, everything, "--target")
            if self.options.targets
            else set(everything)
        )
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
            hits = {
                key
                for key, known in names.items()
                if any(fnmatch.fnmatchcase(n, glob) for n in known)
            }
            if not hits:
                hint = suggestions(glob, [n for known in names.values() for n in known])
                self.refusals.append(
                    ProgramError(f'{option} "{glob}" names nothing', fix=hint or "see dssdsl graph")
                )
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
        if old := self.now_called.get(resource.key):
            self.refuse(
                resource, f'it is what "{old}" was renamed to in DSS',
                f'add renamed_from="{old}" to follow, or rename one of them',
            )  # fmt: skip
            return
        if resource.adopt and not getattr(resource, "always_there", False):
            self.refusals.append(
                NotFound(
                    f"{resource.label} is to be adopted, and DSS does not have it",
                    at=resource.source,
                    fix=self.near(resource) or "take adopt away to create it",
                )
            )
            return
        if renamed := self.renamed_in_dss(resource, entry):
            self.refuse(
                resource,
                f'it was renamed in DSS, to "{renamed}"',
                f'call it "{renamed}" and add renamed_from="{resource.identity}" to follow, or add renamed_from="{renamed}" to turn it back',
            )
            return
        why = "new" if entry is None else "gone from DSS"
        self.add(resource, Action.CREATE, why=why, then=self.follow_up(resource), entry=entry)

    def renamed_in_dss(self, resource: Resource, entry: Entry | None) -> str | None:
        """What DSS calls an object that it had under the resource's name: the only other one that was created then."""
        if entry is None or entry.created_at is None or not resource.renamable:
            return None
        project = resource.key.partition("/")[0]
        known = {
            live.id for key, live in self.observed.live.items()
            if key.startswith(f"{project}/{resource.kind}/")
        }  # fmt: skip
        listed = self.observed.listed.get(project, {}).get(resource.kind, ())
        found = [
            one.name for one in listed if one.created_at == entry.created_at and one.id not in known
        ]
        return found[0] if len(found) == 1 else None

    def near(self, resource: Resource) -> str | None:
        """What DSS has that is called nearly the same."""
        listed = self.observed.listed.get(resource.key.partition("/")[0], {}).get(resource.kind, ())
        titles = {str((live.document or {}).get("name") or live.name): live.name for live in listed}
        return suggestions(resource.identity, [*titles, *titles.values()])

    def follow_up(self, resource: Resource) -> tuple[str, ...]:
        """What DSS is asked to work out once the resource is there."""
        if getattr(resource, "computes_schema", False) and not self.declared_columns(resource):
            return ("compute output schemas",)
        if (
            resource.kind == "dataset"
            and getattr(resource, "columns", None) is None
            and resource.key in self.sources()
        ):
            return ("detect columns",)
        return ()

    def declared_columns(self, recipe: Resource) -> bool:
        """Whether the program says the columns of all that *recipe* writes."""
        outputs = [self.graph.resources.get(key) for key in self.graph.needs(recipe.key)]
        written = {str(getattr(ref.target, "key", "")) for ref in recipe.refs("outputs")}
        return all(
            getattr(o, "columns", None) is not None
            for o in outputs
            if o is not None and o.key in written
        )

    def sources(self) -> set[str]:
        """Datasets of others' data, which no recipe of the program writes."""
        written = {
            key
            for recipe in self.graph.resources.values()
            if recipe.kind == "recipe"
            for ref in recipe.refs("outputs")
            for key in [
                getattr(ref.target, "key", None)
                or f"{recipe.key.partition('/')[0]}/dataset/{ref.target}"
            ]
        }
        return {
            key
            for key, r in self.graph.resources.items()
            if r.kind == "dataset"
            and key not in written
            and not settled(self.wants.get(key, {})).get("managed")
        }

    def change(self, resource: Resource, entry: Entry | None, live: Live) -> None:
        """Plan a resource that DSS has."""
        key = resource.key
        snapshot = self.snapshots.get(key.partition("/")[0])
        salt = snapshot.lineage if snapshot else ""
        recorded = entry.recorded if entry else None
        always = getattr(resource, "always_there", False)
        found = self.compare(resource, recorded, entry.normalized if entry else {}, live.document)
        if entry and entry.incomplete:
            # A write was cut off, and nobody knows what it did: what runs may change is set again too.
            known = [
                c
                for c in found.changes
                if c.effect is not Effect.SHOW or c.reason is Reason.REMOVED_FROM_CODE
            ]
            found = self.compare(resource, {}, {}, live.document)
            changed = {c.pointer: c for c in (*found.changes, *known)}
            found = evolve(found, changes=tuple(changed.values()))
        changes = tuple(
            self.with_file(key, c) for c in found.changes if c.effect is not Effect.SHOW
        )
        self.notes += dict.fromkeys(
            f"{resource.label}: {_kept(resource, self.wants[key], change)}"
            for change in found.changes
            if change.effect is Effect.SHOW
        )
        after = entry_of(
            resource,
            self.wants[key],
            salt,
            live,
            entry,
            origin="created" if always else "adopted",
            normalized=found.normalized,
            needs=self.graph.needs(key),
        )
        if entry is None and not self.may_adopt(resource, changes, always=always):
            return
        if not changes and not (entry and entry.incomplete):
            if entry is None and not always:
                self.add(
                    resource, Action.ADOPT, why="already in DSS, equal", live=live, entry=after
                )
            else:
                self.unchanged += 1
                self.kept[key] = after
            return
        self.act(resource, changes, live, entry)

    def with_file(self, key: str, change: Change) -> Change:
        """*change* with the program's file that its new value came from, if it came from one."""
        value = look(self.wants[key], change.pointer, self.shapes[key])
        return evolve(change, source=value.source) if isinstance(value, Text) else change

    def compare(
        self,
        resource: Resource,
        recorded: Document | None,
        normalized: Mapping[str, Any],
        live: Document | None,
    ) -> Difference:
        """Compare the documents of a resource, as they will be once all renames are done."""
        project = resource.key.partition("/")[0]
        snapshot, renames = self.snapshots.get(project), self.renames.get(project, ())
        for rename in renames:
            self.refusals += rename.left_in(resource)
            normalized = rename.apply_to_pointers(normalized)
        return compare(
            settled(self.wants[resource.key]), as_renamed(recorded, renames), normalized, as_renamed(live, renames), self.shapes[resource.key],
            salt=snapshot.lineage if snapshot else "", exclusive=frozenset(many(resource.exclusive)),
        )  # fmt: skip

    def may_adopt(self, resource: Resource, changes: tuple[Change, ...], *, always: bool) -> bool:
        """Whether an object that was there before us may be taken over; a no is noted as a refusal."""
        if resource.adopt is False:
            self.refuse(
                resource,
                "it exists in DSS already, and adopt=False says it must not",
                "choose another name",
            )
            return False
        clash = [c for c in changes if not always or c.old is not None]
        if not clash or resource.adopt or self.options.adopt:
            return True
        told = "; ".join(
            f"{c.field}, a secret"
            if c.secret
            else f"{c.field}: {show(c.old)} in DSS, {show(c.new)} in the program"
            for c in clash[:3]
        )
        more = f" and {len(clash) - 3} more" if len(clash) > 3 else ""  # noqa: PLR2004  three are told
        self.refuse(
            resource,
            f"it exists in DSS already and differs ({told}{more})",
            "say adopt=True to take it over as the program has it, or pass --adopt, or choose another name",
        )
        return False

    def act(
        self, resource: Resource, changes: tuple[Change, ...], live: Live, entry: Entry | None
    ) -> None:
        """Plan what *changes* take."""
        effects = {c.effect for c in changes}
        action = (
            Action.UPDATE
            if entry is not None or getattr(resource, "always_there", False)
            else Action.ADOPT
        )
        notes: tuple[str, ...] = ()
        if Effect.REPLACE in effects:
            fields = ", ".join(
                dict.fromkeys(c.field for c in changes if c.effect is Effect.REPLACE)
            )
            if resource.protect or (entry and (entry.protect or entry.protected_in_state)):
                self.refuse(
                    resource,
                    f"{fields} is fixed at creation, and it is protected",
                    "take protect away first",
                )
                return
            theirs = action is Action.ADOPT or (entry is not None and entry.origin == "adopted")
            if theirs and not self.agreed(resource, self.options.replaces):
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
            action, notes = Action.REPLACE, (f"{fields} is fixed at creation",)
        elif Effect.MOVE in effects:
            if not self.may_move(resource, changes):
                return
            action = Action.MOVE if action is Action.UPDATE else action
            notes = stays_behind(changes)
        then = (
            self.follow_up(resource)
            if action is Action.REPLACE or resource.kind == "recipe" or (entry and entry.incomplete)
            else ()
        )
        self.add(
            resource,
            action,
            changes=changes,
            why=why(changes) or "its creation was cut off",
            notes=notes,
            live=live,
            entry=entry,
            then=then,
        )

    def may_move(self, resource: Resource, changes: Iterable[Change]) -> bool:
        """Whether data may stay behind where *changes* leave it; a no is noted as a refusal."""
        moved = [c for c in changes if c.effect is Effect.MOVE]
        if not moved or self.agreed(resource, self.options.moves):
            return True
        what = "; ".join(f"{c.field}: {show(c.old)} → {show(c.new)}" for c in moved)
        self.refuse(
            resource, f"{what} points it elsewhere, and the data stays behind at {show(moved[0].old)}",
            f"pass --move {resource.identity} to agree, or put it back",
        )  # fmt: skip
        return False

    def agreed(self, resource: Resource, keys: Iterable[str]) -> bool:
        """Whether the user named the resource in a consent."""
        return any(fnmatch.fnmatchcase(name, key) for key in keys for name in _names(resource.key))

    def find_renames(self) -> None:
        """Note which declared names DSS has under an older one, and what we deployed is called by now."""
        live = self.observed.live
        for key, _ in self.orphans():
            if key in live and not self.options.destroy:
                kind, _, name = entry_key(key).partition("/")
                if live[key].name != name:
                    self.now_called[f"{key.partition('/')[0]}/{kind}/{live[key].name}"] = name
        for key, resource in self.graph.resources.items():
            if (
                resource.renamed_from
                and key not in live
                and _old_key(resource) in live
                and not self.options.destroy
            ):
                rename = Rename(
                    key.partition("/")[0], resource.kind, resource.renamed_from, resource.identity
                )
                self.renames[rename.project] = (*self.renames.get(rename.project, ()), rename)

    def rename(self, resource: Resource) -> None:
        """Plan a resource that had another name; what refers to it is renamed by DSS."""
        old = _old_key(resource)
        entry, live = self.entry(old), self.observed.live.get(resource.key)
        if live is not None:
            there = self.observed.live.get(old)
            if entry is not None and there is not None and there.id != live.id:
                self.refuse(
                    resource, f"it is renamed from {resource.renamed_from}, and DSS has both",
                    "take renamed_from away, or rename or delete one of them in DSS",
                )  # fmt: skip
                return
            # Done already: in a deployment that was cut off, or in the UI.
            self.change(resource, self.entry(resource.key) or entry, live)
            self.forget_old(resource, entry, f"renamed to {resource.identity} already")
            return
        before = self.observed.live.get(old)
        if before is None:
            self.create(resource, self.entry(resource.key))
            self.forget_old(resource, entry, "gone from DSS already")
            return
        known = self.entry(resource.key)
        if (
            entry is None
            and known is not None
            and before.created_at == known.created_at is not None
        ):
            entry = known  # renamed in the UI, and turned back
        if entry is None and not (resource.adopt or self.options.adopt):
            self.refuse(
                resource, f"{resource.renamed_from}, which it is renamed from, was not deployed by this program",
                "say adopt=True to take it over under the new name, or take renamed_from away",
            )  # fmt: skip
            return
        found = self.compare(
            resource,
            entry.recorded if entry else {},
            entry.normalized if entry else {},
            before.document,
        )
        changes = tuple(
            c for c in found.changes if c.effect is not Effect.SHOW and c.pointer != "/name"
        )
        if fixed := [c.field for c in changes if c.effect is Effect.REPLACE]:
            self.refuse(
                resource, f"{', '.join(fixed)} is fixed at creation, and cannot change with its name",
                "deploy it under its new name first, and change that afterwards",
            )  # fmt: skip
            return
        if not self.may_move(resource, changes):
            return
        self.add(
            resource, Action.RENAME, changes=changes, why=f"renamed from {resource.renamed_from}", live=before,
            entry=entry, old=resource.renamed_from,
            notes=("data, recipes and history stay", *stays_behind(changes)),
        )  # fmt: skip

    def forget_old(self, resource: Resource, entry: Entry | None, why: str) -> None:
        """Plan that the snapshot has nothing more under the old name of a resource."""
        old = _old_key(resource)
        if entry is not None and old not in self.graph.resources:
            name = str(resource.renamed_from)
            self.steps[old] = Step(old, resource.kind, name, Action.FORGET, why=why, entry=entry)

    # -- what it does not want any more ------------------------------------------------------

    def unwant(self, key: str, entry: Entry) -> None:
        """Plan something that the program does not declare any more."""
        rest = entry_key(key)
        kind, _, name = rest.partition("/")
        live = self.observed.live.get(key)
        base = Step(key, kind, name, Action.FORGET, live=live, entry=entry, needs=frozenset())
        if live is None:
            # DSS answers the same for a project that is not there and one that the key may not see.
            unseen = ", or this key may not see it" if kind == "project" else ""
            self.steps[key] = evolve(base, why=f"gone from DSS already{unseen}")
        elif kind in ("variables", "permissions"):
            self.withdraw(base, entry, live)
        elif entry.protected_in_state:
            self.refusals.append(
                Refused(
                    f"{base.label} is protected in the state, and would be deleted",
                    fix=f"dssdsl state unprotect {rest}, once its owners agree",
                )
            )
        elif entry.protect:
            self.refusals.append(
                Refused(
                    f"{base.label} is protected, and would be deleted",
                    at=self.graph.resources[key].source,
                    fix="take protect out of the program and deploy, then delete it",
                )
                if key in self.graph.resources
                else Refused(
                    f"{base.label} is protected, and the program does not declare it any more",
                    fix="declare it again without protect, deploy, then take it away",
                )
            )
        elif entry.retain:
            self.steps[key] = evolve(base, why="retain_on_delete: it stays in DSS")
        elif entry.origin == "adopted" and not self.options.delete_adopted:
            self.steps[key] = evolve(
                base, why="it was there before us, and stays in DSS (--delete-adopted deletes it)"
            )
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
        found = compare({}, entry.recorded, entry.normalized, live.document, self.shapes[base.kind])
        changes = tuple(c for c in found.changes if c.effect is Effect.UPDATE)
        self.steps[base.key] = evolve(
            base,
            action=Action.DELETE if changes else Action.FORGET,
            changes=changes,
            why="not in the program any more",
        )

    def takes_along(self, key: str, kind: str, name: str) -> tuple[str, ...]:
        """What DSS deletes with a dataset or folder that nobody here manages."""
        if kind not in HOLDS_DATA:
            return ()
        return tuple(
            f"DSS takes along recipe {r}, which dssdsl does not manage"
            for r in self.unmanaged_users(key, name)
        )

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
        yield from sorted(
            (s for s in self.steps.values() if s.action not in going),
            key=lambda s: rank.get(s.key, 0),
        )
        yield from delete_order([s for s in self.steps.values() if s.action in going])


def delete_order(steps: list[Step]) -> list[Step]:
    """Deletes in an order in which nothing is deleted before what needs it; projects last."""
    keys = {step.key: step for step in steps}
    edges = {
        key: frozenset(
            n
            for n in (
                full_key(step.project, need) for need in (step.entry.needs if step.entry else ())
            )
            if n in keys and n != key
        )
        for key, step in keys.items()
    }
    backwards = list(reversed(order(edges)))
    steps = [keys[key] for key in backwards]
    return [s for s in steps if s.kind != "project"] + [s for s in steps if s.kind == "project"]


def stays_behind(changes: Iterable[Change]) -> tuple[str, ...]:
    """Say where data stays that *changes* point away from."""
    return tuple(f"the data stays at {show(c.old)}" for c in changes if c.effect is Effect.MOVE)


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


def _kept(resource: Resource, want: Document, change: Change) -> str:
    """What is to be said of a difference that stays."""
    if change.reason is not Reason.REMOVED_FROM_CODE:
        return f"{change.field} was changed by a run, and stays"
    paths = type(resource).paths_of(change.field)
    shape = type(resource).shape()
    if any(look(want, f"/{path.replace('.', '/')}", shape) is not None for path in paths):
        return f"{change.pointer} is no longer set; DSS keeps its value"
    return f"{change.field} is no longer managed; DSS keeps its value"


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


def show(value: Any) -> str:
    """A value, as a sentence can hold it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value if isinstance(value, str) else repr(value)
    short = text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004  what fits a line
    return f'"{short}"' if isinstance(value, str) else short
