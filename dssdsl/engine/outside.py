"""What a program names outside itself: objects of DSS, connections, code environments, users."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeAlias

from attrs import define, field

from dssdsl.errors import ConnectionNotFoundError, Denied, DssdslError, NotFound, ProgramError
from dssdsl.lang.graph import Graph
from dssdsl.lang.kinds import flow_items
from dssdsl.lang.live import Live
from dssdsl.lang.near import did_you_mean
from dssdsl.lang.program import Program
from dssdsl.lang.provider import Provider
from dssdsl.lang.resource import Resource

Missing: TypeAlias = tuple[type[DssdslError], str, str]
"""What DSS lacks: the class of the error, the problem, and the fix."""
PLACES = 5
"""Places that an error lists of those that name the same missing thing."""


@define
class Outside:
    """
    Looks up what a program names and does not declare.

    Attributes:
        program: The program.
        graph: Its resources, and what they refer to.
        dss: The session.
        providers: By kind.
        projects: The keys of the projects that the program or a state is about.
        errors: What DSS does not have.
        not_checked: What the key may not check.
    """

    program: Program
    graph: Graph
    dss: Any
    providers: Mapping[str, Provider]
    projects: Collection[str]
    errors: list[DssdslError] = field(factory=list)
    not_checked: list[str] = field(factory=list)

    def references(
        self, listed: Mapping[str, Mapping[str, tuple[Live, ...]]]
    ) -> dict[tuple[str, str, str], str]:
        """Look up what the program refers to and does not declare."""
        found: dict[tuple[str, str, str], str] = {}
        missing: dict[tuple[str, str, str], Missing] = {}
        for kind, project, name, by in self.graph.external:
            what = (kind, project, name)
            if what not in found and what not in missing:
                self.look_up(what, listed, found, missing)
            if what in missing:
                error, problem, fix = missing[what]
                self.errors.append(error(f"{by.label} refers to {problem}", at=by.source, fix=fix))
        return found

    def look_up(
        self,
        what: tuple[str, str, str],
        listed: Any,
        found: dict[tuple[str, str, str], str],
        missing: dict[tuple[str, str, str], Missing],
    ) -> None:
        """Look up one thing that the program refers to and does not declare."""
        kind, project, name = what
        keys = self.dss.project_keys
        if project not in keys and project not in self.projects:
            missing[what] = (
                NotFound,
                f"{project}.{name}, and DSS has no project {project} that this key may see",
                did_you_mean(project, sorted(keys)) or "ask for access to it, or for its right key",
            )
            return
        kinds = [kind] if kind else flow_items()
        ones = [(k, one) for k in kinds for one in self.listed_or_asked(listed, project, k)]
        hits = [(k, one) for k, one in ones if name in (one.name, one.id)]
        said = f'{kind.replace("_", " ")} "{name}"'.strip()
        if len(hits) == 1 or (hits and not kind):
            found[what] = found[kind or hits[0][0], project, name] = hits[0][1].id
        elif hits:
            ids = ", ".join(one.id for _, one in hits)
            problem = f"{said}, and DSS has {len(hits)} of that name: {ids}"
            missing[what] = ProgramError, problem, "refer to one by its id"
        else:
            declared = [r for r in self.program.resources if r.kind in kinds and not r.exists]
            names = {one.name for _, one in ones} | {r.identity for r in declared}
            lacks = "DSS does not have" if kind else "neither the program nor DSS has"
            where = f"create it in project {project}"
            where += " first" if project in keys else ", which does not exist yet"
            fix = did_you_mean(name, sorted(names))
            missing[what] = (
                NotFound,
                f"{said}, which {lacks}",
                fix or (where if kind else f"declare it, or {where}"),
            )

    def listed_or_asked(self, listed: Any, project: str, kind: str) -> tuple[Live, ...]:
        """The objects of a kind; asked for now if they were not listed before."""
        if project not in self.dss.project_keys:
            return ()
        kinds = listed.setdefault(project, {})
        if kind not in kinds:
            kinds[kind] = tuple(self.providers[kind].list(self.dss, project))
        found: tuple[Live, ...] = kinds[kind]
        return found

    def uses(self) -> None:
        """Check the connections, code envs and users that the program names."""
        named: dict[tuple[str, str], list[Resource]] = {}
        for resource in self.program.resources:
            if not resource._faulty:
                for what, name in resource.uses():
                    named.setdefault((what, name), []).append(resource)
        connections = [(name, by) for (what, name), by in named.items() if what == "connection"]
        if connections:
            known = self.dss.connections
            for name, by in connections:
                if name not in known:
                    fix = did_you_mean(name, sorted(known)) or self.dss.connection_hint(name)
                    self.absent(ConnectionNotFoundError, f'connection "{name}"', by, fix)
        own = ("INHERIT", "USE_BUILTIN_MODE")
        envs = [(n, by) for (what, n), by in named.items() if what == "code_env" and n not in own]
        if envs:
            self.code_envs(envs)
        for (what, name), by in named.items():
            if what == "container" and name not in ("INHERIT", "NONE"):
                self.not_checked.append(f'container configuration "{name}" of {by[0].label}')
            if what == "user":
                self.not_checked.append(f'user "{name}" of {by[0].label}')
        for project in self.program.projects:
            owner = getattr(project, "owner", None) or self.program.target.owner
            if (
                project.identity not in self.dss.project_keys
                and not owner
                and self.dss.login is None
            ):
                self.errors.append(
                    ProgramError(
                        f"{project.label} has no owner, and DSS does not say whose the key is",
                        at=project.source,
                        fix='add owner="<login>" to the project, or to the stack',
                    )
                )

    def absent(self, error: type[DssdslError], what: str, by: list[Resource], fix: str) -> None:
        """Note that DSS lacks something, once, with the places that name it."""
        more = f" and {len(by) - 1} more name" if len(by) > 1 else " names"
        places = list(dict.fromkeys(resource.source for resource in by))
        at = " and ".join(places[:PLACES]) + (" and others" if len(places) > PLACES else "")
        problem = f"{by[0].label}{more} {what}, which DSS does not have"
        self.errors.append(error(problem, at=at, fix=fix))

    def code_envs(self, envs: list[tuple[str, list[Resource]]]) -> None:
        """Check the code environments, if the key may list them."""
        try:
            known = self.dss.code_envs
        except Denied:
            known = None
        for name, by in envs:
            if known is None:
                why = "only an administrator's key may list code envs"
                self.not_checked.append(f'code env "{name}" of {by[0].label}: {why}')
            elif name not in known:
                fix = did_you_mean(name, sorted(known)) or self.dss.code_env_hint(name)
                self.absent(ProgramError, f'code env "{name}"', by, fix)
