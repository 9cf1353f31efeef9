"""Reads what DSS holds: lists first, single objects only if somebody changed them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from attrs import define, field, frozen

from dssdsl.errors import ProgramErrors
from dssdsl.lang.canonical import agrees, view
from dssdsl.lang.fields import Fact
from dssdsl.lang.graph import Graph
from dssdsl.lang.keys import PROJECT, Key
from dssdsl.lang.kinds import facts, where
from dssdsl.lang.live import Live
from dssdsl.lang.lookup import Lookup
from dssdsl.lang.model import many
from dssdsl.lang.program import Program
from dssdsl.lang.provider import HasContents, Provider, able
from dssdsl.lang.resolver import Resolver
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Document, sealed, settled, unset_as_recorded
from dssdsl.state.snapshot import Attempt, Entry, Snapshot, all_entries

from .connection_types import fit_connections
from .identity import digest, holds_only, is_same, made_by
from .matching import Matched, match
from .observed import Observed
from .outside import Outside
from .renames import Rename, as_renamed
from .runs import as_text, candidates, told

T = TypeVar("T")


@frozen
class Reading:
    """
    What a plan is made from.

    Attributes:
        observed: What DSS holds.
        wants: By key: what the program wants, its references resolved as far as they can be.
        resolver: For what can be resolved only once things exist.
    """

    observed: Observed
    wants: Mapping[Key, Document]
    resolver: Resolver


@define
class Reader:
    """Reads one DSS for one plan."""

    program: Program
    graph: Graph
    snapshots: Mapping[str, Snapshot]
    dss: Any
    providers: Mapping[str, Provider]
    parallel: int = 8
    whole: bool = False
    """Read every managed object, even if its version is unchanged."""
    destroy: bool = False
    load: Callable[[Iterable[str]], None] = lambda _: None
    """Loads the providers of more kinds."""
    matched: Matched = field(factory=Matched, init=False)

    def read(self) -> Reading:
        """
        Read what a plan needs.

        Raises:
            ProgramErrors: What the program names and DSS does not have, all of it.
            DssdslError: A read failed; a missing answer never counts as "not there".
        """
        existing = frozenset(self.projects() & self.dss.project_keys)
        listed = self.lists(existing)
        self.claim(listed)
        found = match({} if self.destroy else self.graph.resources, self.snapshots, listed)
        self.matched, live = found, found.live
        outside = Outside(self.program, self.graph, self.dss, self.providers, self.projects())
        referred = {} if self.destroy else outside.references(listed)
        ids = {key: one.id for key, one in live.items()}
        resolver = Resolver(self.program, ids, referred)
        wants = (
            {}
            if self.destroy
            else {r.key: self.want(resolver, r) for r in self.program.resources if not r._faulty}
        )
        live = self.complete(live, wants)
        for key in self.replaced(live):
            if key in wants:
                wants[key] = self.want(resolver, self.graph.resources[key])
            else:
                del live[key]
        if not self.destroy:
            outside.uses(listed)
            if not outside.errors:
                live = fit_connections(outside, wants, live, self.entry)
        if outside.errors:
            raise ProgramErrors(self.program.in_order(outside.errors))
        observed = Observed(
            live=live,
            matched=found,
            listed=listed,
            projects=existing,
            not_checked=tuple(outside.not_checked),
            unmanaged=self.unmanaged(live, existing),
            code={} if self.destroy else self.code(live, listed),
        )
        return Reading(observed, wants, resolver)

    def projects(self) -> set[str]:
        """The projects that the program or a snapshot is about."""
        return {p.identity for p in self.program.projects} | set(self.snapshots)

    def kinds(self) -> set[tuple[str, str]]:
        """All that must be listed, as (project, kind)."""
        wanted: set[tuple[str, str]] = set()
        for key in [*self.graph.resources, *self.snapshot_keys(), *self.pending()]:
            wanted.add((key.project, key.kind))
        for project, kind in list(wanted):
            if facts(kind).flow_item:
                wanted |= {(project, k) for k in where("goes_with_inputs")}
        if not self.destroy:
            for kind, project, _, _ in self.graph.external:
                wanted |= {(project, k) for k in ([kind] if kind else where("holds_data"))}
        return wanted

    def snapshot_keys(self) -> Iterable[Key]:
        """The keys of all recorded resources."""
        return [key for key, _ in all_entries(self.snapshots)]

    def pending(self) -> Iterable[Key]:
        """The keys of all that a deployment was about to create when it was cut off."""
        return [key for snapshot in self.snapshots.values() for key in snapshot.pending_keys()]

    def claim(self, listed: Mapping[str, Mapping[str, tuple[Live, ...]]]) -> None:
        """Add entries for what a deployment created before it was cut off, whether or not the program still declares it."""
        for snapshot in self.snapshots.values():
            self.follow_renames(snapshot, listed.get(snapshot.project_key, {}))
        # What is in a zone can tell whose it is, once that is known.
        for key in sorted(self.pending(), key=lambda key: facts(key.kind).holds_members):
            snapshot = self.snapshots[key.project]
            attempt, entry = snapshot.pending[key.local], snapshot.entries.get(key.local)
            objects = listed.get(key.project, {}).get(key.kind, ())
            made = [
                found
                for one in objects
                if one.name == key.name and (found := self.made(attempt, one, key)) is not None
            ]
            mine = entry and next((one for one in objects if is_same(entry, one)), None)
            if mine and entry and entry.created_at is None and facts(key.kind).dated:
                # It was created, and never read: whether this is it, the attempt tells.
                mine = None
                if not made and attempt.since is not None:
                    del snapshot.entries[key.local]
                    continue
            if len(made) == 1 and not mine and not (entry and facts(key.kind).always_there):
                before = entry or Entry(id=made[0].id)
                snapshot.entries[key.local] = before.model_copy(
                    update={
                        "id": made[0].id, "created_at": made[0].created_at, "incomplete": True,
                        "recorded": {}, "normalized": {}, "created_with": {}, "version": None,
                    }
                )  # fmt: skip
            elif entry is not None:
                snapshot.entries[key.local] = entry.model_copy(update={"incomplete": True})

    def made(self, attempt: Attempt, live: Live, key: Key) -> Live | None:
        """An object that has the name of a creation that was not answered, if that made it."""
        kind, found = facts(key.kind), made_by(attempt, live)
        if found is None and kind.holds_members:
            snapshot = self.snapshots[key.project]
            known = {entry.id for entry in snapshot.entries.values()}
            known |= {pending.name for pending in snapshot.pending_keys()}
            found = holds_only(live.document, known)
        elif found is None and not kind.always_there:
            now = self.providers[key.kind].read(self.dss, key.project, live.id)
            if now is None:
                return None
            same = bool(attempt.content) and digest(now.document) == attempt.content
            live, found = now, bool(made_by(attempt, now)) if kind.dated else same
        return live if found is not False else None

    def follow_renames(self, snapshot: Snapshot, listed: Mapping[str, tuple[Live, ...]]) -> None:
        """Give the entries of what a deployment renamed before it was cut off their new names."""
        renames = snapshot.uncertain.renames if snapshot.uncertain is not None else {}
        for new, old in renames.items():
            key, entry = Key.within(snapshot.project_key, new), snapshot.entries.get(old)
            if entry is None or new in snapshot.entries:
                continue
            change = Rename(key.project, key.kind, key.within(key.project, old).name, key.name)
            there = listed.get(key.kind, ())
            done = [one for one in there if one.name == key.name and one.id in (key.name, entry.id)]
            undone = any(one.id == entry.id and one.name == change.old for one in there)
            if len(done) != 1 or undone or done[0].created_at != entry.created_at:
                continue
            del snapshot.entries[old]
            update = {"id": done[0].id, "incomplete": True}
            snapshot.entries[new] = entry.model_copy(update=update)
            for other in snapshot.entries.values():
                other.needs = sorted(new if need == old else need for need in other.needs)
                other.recorded = as_renamed(other.recorded, (change,)) or {}
                if change.by_name:
                    other.normalized = change.apply_to_pointers(other.normalized)

    def lists(self, existing: frozenset[str]) -> dict[str, dict[str, tuple[Live, ...]]]:
        """List the objects of each project and kind; a project that does not exist has none."""
        others = {project for project, _ in self.kinds()} - existing - self.projects()
        visible = existing | (others & self.dss.project_keys)
        jobs = sorted(job for job in self.kinds() if job[0] in visible)
        answers = self.at_once(
            lambda job: tuple(self.providers[job[1]].list(self.dss, job[0])), jobs
        )
        listed: dict[str, dict[str, tuple[Live, ...]]] = {}
        for (project, kind), found in zip(jobs, answers, strict=True):
            listed.setdefault(project, {})[kind] = found
        return listed

    def complete(self, live: dict[Key, Live], wants: Mapping[Key, Document]) -> dict[Key, Live]:
        """Read the documents that lists do not carry, of objects that are new or that somebody changed."""
        jobs = []
        # Whole documents are needed to tell what DSS rewrites.
        renaming = {key.project for key in self.matched.origins.to_rename}
        for key, one in live.items():
            if one.document is not None:
                continue
            entry = self.entry(key)
            if key not in wants:
                # Before it is deleted: not all lists say when objects were created.
                if entry is not None and entry.created_at is not None and one.created_at is None:
                    jobs.append(key)
                continue
            if (
                entry is None
                or self.whole
                or key.project in renaming
                or entry.incomplete
                or one.version is None
                or one.version != entry.version
                or one.created_at != entry.created_at
                or self.unversioned(key, wants[key])
                or self.says_more(key, wants[key], entry)
            ):
                jobs.append(key)
        answers = self.at_once(
            lambda key: self.providers[key.kind].read(self.dss, key.project, live[key].id),
            jobs,
        )
        done = dict(live)
        for key, answer in zip(jobs, answers, strict=True):
            if answer is None:
                del done[key]
            else:
                done[key] = answer
        return done

    def replaced(self, live: Mapping[Key, Live]) -> list[Key]:
        """Keys of which reading tells that the object is another one than the one deployed; these are strangers now."""
        entries = {key: self.entry(key) for key in live}
        found = [key for key, entry in entries.items() if entry and not is_same(entry, live[key])]
        self.matched.strangers.update({key: live[key] for key in found})
        return found

    def unversioned(self, key: Key, want: Document) -> bool:
        """Whether the program sets places that DSS changes without a new version of the object."""
        shape = self.graph.resources[key].shape()
        places = Lookup(want, shape)
        return any(places.look(pointer) is not None for pointer in shape.having(Fact.UNVERSIONED))

    def says_more(self, key: Key, want: Document, entry: Entry) -> bool:
        """Whether the program sets places whose live value the state does not tell."""
        resource, snapshot = self.graph.resources[key], self.snapshots[key.project]
        mine = settled(want)
        if sealed(mine, snapshot.lineage) == entry.recorded:
            return False
        exclusive = frozenset(many(resource.exclusive))
        known = view(
            entry.recorded,
            entry.recorded,
            resource.shape(),
            salt=snapshot.lineage,
            exclusive=exclusive,
        )
        now = view(mine, mine, resource.shape(), salt=snapshot.lineage, exclusive=exclusive)
        return not set(now) <= set(known) or any(
            Fact.SET_BY_RUNS in resource.shape().facts_at(pointer) for pointer in entry.normalized
        )

    def code(
        self, live: Mapping[Key, Live], listed: Mapping[str, Mapping[str, tuple[Live, ...]]]
    ) -> dict[str, tuple[str, ...]]:
        """As text, what runs in projects and is not managed, where a value differs that a run can have changed."""
        managed = {(key.project, key.kind, one.id) for key, one in live.items()}
        projects = sorted(self.changed_by_runs(live))
        if projects:
            self.load(where("runs_code"))
        jobs = [
            (project, kind, one.id)
            for project in projects
            for kind in where("runs_code")
            for one in self.listed(listed, project, kind)
            if (project, kind, one.id) not in managed
        ]
        answers = self.at_once(
            lambda job: self.providers[job[1]].read(self.dss, job[0], job[2]), jobs
        )
        found: dict[str, tuple[str, ...]] = {}
        for (project, _, _), answer in zip(jobs, answers, strict=True):
            if answer is not None:
                found[project] = (*found.get(project, ()), as_text(answer.document))
        return found

    def listed(
        self, listed: Mapping[str, Mapping[str, tuple[Live, ...]]], project: str, kind: str
    ) -> Iterable[Live]:
        """The objects of a kind; asked for now if they were not listed before."""
        if kind in listed.get(project, {}):
            return listed[project][kind]
        return self.providers[kind].list(self.dss, project)

    def changed_by_runs(self, live: Mapping[Key, Live]) -> set[str]:
        """The projects in which a value differs from the last deployment, and only code tells whether a run can have changed it."""
        found = set()
        for key, one in live.items():
            entry, resource = self.entry(key), self.graph.resources.get(key)
            if entry is None or resource is None or one.document is None:
                continue
            shape = resource.shape()
            places = [p for p, _ in candidates(entry.recorded, shape)]
            if places and told(resource) is None:
                now, then = Lookup(one.document, shape), Lookup(entry.recorded, shape)
                if not all(agrees(now.look(p), then.look(p), shape.find(p)[0]) for p in places):
                    found.add(key.project)
        return found

    def want(self, resolver: Resolver, resource: Resource) -> Document:
        """The document of *resource*, its references resolved as far as they can be."""
        document: Document = resolver.resolve(resource.wanted())
        if entry := self.entry(resource.key):
            document = unset_as_recorded(document, entry.recorded)
        return document

    def entry(self, key: Key) -> Entry | None:
        """The recorded entry of the object of *key*."""
        return self.matched.entry(self.snapshots, key)

    def at_once(self, ask: Callable[[T], Any], jobs: list[T]) -> list[Any]:
        """Ask for all *jobs* in parallel; raises the first failure."""
        if len(jobs) < 2:  # noqa: PLR2004  no thread for one
            return [ask(job) for job in jobs]
        with ThreadPoolExecutor(min(self.parallel, len(jobs))) as pool:
            return list(pool.map(ask, jobs))

    def unmanaged(
        self, live: Mapping[Key, Live], existing: frozenset[str]
    ) -> dict[str, tuple[str, ...]]:
        """What dssdsl does not manage in the projects that are to be deleted."""
        gone = {
            project
            for project, snapshot in self.snapshots.items()
            if (key := Key.of_project(project)).local in snapshot.entries
            and (self.destroy or key not in self.graph.resources)
        }
        found: dict[str, tuple[str, ...]] = {}
        for project in sorted(gone & existing):
            mine = {(key.kind, one.id) for key, one in live.items() if key.project == project}
            contents = able(self.providers[PROJECT], HasContents).contents(self.dss, project)
            found[project] = tuple(label for kind, id, label in contents if (kind, id) not in mine)
        return found
