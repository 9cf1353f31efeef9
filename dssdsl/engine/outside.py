"""Names of things outside the program: objects of DSS, connections, code environments, users."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeAlias

from attrs import define, field

from dssdsl.errors import ConnectionNotFoundError, Denied, DssdslError, NotFound, ProgramError
from dssdsl.lang.graph import Graph, owner_of
from dssdsl.lang.kinds import facts, flow_items
from dssdsl.lang.live import Live
from dssdsl.lang.near import did_you_mean
from dssdsl.lang.program import Program
from dssdsl.lang.provider import Provider
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import leaves
from dssdsl.lang.words import nearest_token

Missing: TypeAlias = tuple[type[DssdslError], str, str]
"""What DSS lacks: the class of the error, the problem, and the fix."""
PLACES = 5
"""Places that an error lists of those that name the same missing thing."""
OWN = ("INHERIT", "USE_BUILTIN_MODE", "NONE")
"""Words for code environments and containers that are no names."""
LISTED = {"user": "user", "group": "group", "channel": "messaging channel"}
"""What DSS lists for every key, with its name in messages."""
SLIP_OF_A_NAME = 0.85
"""How near a user or group of DSS a name must be to be a mistake: ``space_admins`` is no slip of ``admins``."""
UNKNOWABLE = {"container": "container configuration", "project_status": "project status"}
"""What DSS lists for no key but an administrator's, together with other settings."""


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
            if what not in missing:
                continue
            error, problem, fix = missing[what]
            if self.is_broken_already(by, name, listed):
                found.setdefault(what, name)
                self.program.warn(
                    f"{by.label} refers to {problem}: it stays as it is", at=by.source
                )
            else:
                self.errors.append(error(f"{by.label} refers to {problem}", at=by.source, fix=fix))
        return found

    def is_broken_already(self, by: Resource, name: str, listed: Any) -> bool:
        """Whether DSS has an object that refers to *name*, too: then the program only says what is there."""
        project = owner_of(by)
        if project not in self.dss.project_keys:
            return False
        if facts(by.kind).always_there:
            id = by.identity
        else:
            ones = self.listed_or_asked(listed, project, by.kind)
            live = next((one for one in ones if by.identity in (one.name, one.id)), None)
            if live is None:
                return False
            id = live.id
        whole = self.providers[by.kind].read(self.dss, project, id)
        texts = {
            leaf for leaf in leaves(whole.document if whole else None) if isinstance(leaf, str)
        }
        return bool({name, f"{project}.{name}"} & texts) or any(
            text.endswith(f".{name}") for text in texts
        )

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
        elif others := self.others(what, hits):
            found[what] = others[0]
        elif hits:
            ids = ", ".join(one.id for _, one in hits)
            problem = f"{said}, and DSS has {len(hits)} of that name: {ids}"
            missing[what] = ProgramError, problem, "refer to one by its id"
        else:
            declared = [r for r in self.program.resources if r.kind in kinds and not r.exists]
            names = {one.name for _, one in ones} | {r.identity for r in declared}
            looked_up = kind and hasattr(facts(kind), "existing")
            lacks = "DSS does not have" if looked_up else "neither the program nor DSS has"
            where = f"create it in project {project}"
            where += " first" if project in keys else ", which does not exist yet"
            fix = did_you_mean(name, sorted(names))
            missing[what] = (
                NotFound,
                f"{said}, which {lacks}",
                fix or (where if looked_up else f"declare it, or {where}"),
            )

    def others(self, what: tuple[str, str, str], hits: list[tuple[str, Live]]) -> list[str]:
        """The ids of knowledge banks and streaming endpoints that a plain name means, where nothing else has it."""
        kind, project, name = what
        if kind or hits or project not in self.dss.project_keys:
            return []
        return [id for other, id in self.dss.other_flow_items(project) if name in (other, id)]

    def listed_or_asked(self, listed: Any, project: str, kind: str) -> tuple[Live, ...]:
        """The objects of a kind; asked for now if they were not listed before."""
        if project not in self.dss.project_keys:
            return ()
        kinds = listed.setdefault(project, {})
        if kind not in kinds:
            kinds[kind] = tuple(self.providers[kind].list(self.dss, project))
        found: tuple[Live, ...] = kinds[kind]
        return found

    def uses(self, listed: Mapping[str, Mapping[str, tuple[Live, ...]]]) -> None:
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
        envs = [(n, by) for (what, n), by in named.items() if what == "code_env" and n not in OWN]
        if envs:
            self.code_envs(envs)
        self.people(named, listed)
        for (what, name), by in named.items():
            if what in UNKNOWABLE and name not in OWN:
                self.not_checked.append(f'{UNKNOWABLE[what]} "{name}" of {by[0].label}')
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

    def people(self, named: Mapping[tuple[str, str], list[Resource]], listed: Any) -> None:
        """
        Check users, groups and messaging channels, if the key may list them.

        A name that is nearly one of them is an error, unless DSS names it there already; any other one is a
        warning: a directory may add it later.
        """
        for what, noun in LISTED.items():
            mine = [
                (name, by)
                for (kind, name), by in named.items()
                if kind == what and "${" not in name
            ]
            known = self.dss.names_of(what) if mine else ()
            for name, by in mine:
                if known is None:
                    self.not_checked.append(f'{noun} "{name}" of {by[0].label}')
                elif name not in known:
                    near = nearest_token(name, sorted(known), SLIP_OF_A_NAME)
                    near = None if any(resource.adopted for resource in by) else near
                    said = f'{noun} "{name}"'
                    if near and not all(self.is_broken_already(each, name, listed) for each in by):
                        self.absent(ProgramError, said, by, f'did you mean "{near}"?')
                    else:
                        self.program.warn(_names(said, by), at=by[0].source)

    def absent(self, error: type[DssdslError], what: str, by: list[Resource], fix: str) -> None:
        """Note that DSS lacks something, once, with the places that name it."""
        places = list(dict.fromkeys(resource.source for resource in by))
        at = " and ".join(places[:PLACES]) + (" and others" if len(places) > PLACES else "")
        self.errors.append(error(_names(what, by), at=at, fix=fix))

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


def _names(what: str, by: list[Resource]) -> str:
    more = f" and {len(by) - 1} more name" if len(by) > 1 else " names"
    return f"{by[0].label}{more} {what}, which DSS does not have"
