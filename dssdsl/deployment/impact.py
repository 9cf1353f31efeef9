"""Finds what deletes would break that dssdsl does not manage, so that the plan shows it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from attrs import evolve

from dssdsl.dss.session import Session, at
from dssdsl.engine.planning.casualties import refs
from dssdsl.errors import Denied
from dssdsl.lang.keys import PROJECT, Key
from dssdsl.lang.kinds import facts
from dssdsl.plan.causes import Cause, Remark, Topic
from dssdsl.plan.steps import Action, Plan, Step

if TYPE_CHECKING:
    from collections.abc import Collection

LOOKED_AT = (
    ("scenario", "scenarios/", "id"),
    ("insight", "insights/", "id"),
    ("webapp", "webapps/", "id"),
    ("notebook", "jupyter-notebooks/", "name"),
)
"""(kind, path, field of the id) of what names datasets and folders; recipes are known to the planner."""


def add_impact(session: Session, plan: Plan, managed: Collection[Key], parallel: int = 8) -> Plan:
    """
    Add to each step that deletes what it would break.

    Args:
        session: The DSS.
        plan: The plan; if it deletes nothing, no request is sent.
        managed: The keys of all that the program or the state has.
        parallel: Requests at once.
    """
    projects = {s.project for s in plan.steps if s.kind == PROJECT and s.action is Action.DELETE}
    going = [s for s in plan.steps if breaks(s) and s.project not in projects]
    remarks: dict[Key, tuple[Remark, ...]] = {}
    not_checked: list[str] = []
    for project in sorted({step.project for step in going}):
        try:
            texts = dict(documents(session, project, managed, parallel))
            shared = exposed(session, project)
        except Denied as error:
            not_checked.append(f"what of project {project} names what is deleted: {error.problem}")
            continue
        targets = {target for each in shared.values() for target in each}
        others = (targets | set(plan.projects)) & session.project_keys - projects - {project}
        abroad = readers(session, plan, project, others, not_checked)
        for step in going:
            if step.project == project:
                remarks[step.key] = (*found(step, texts, shared), *broken(step, abroad))
    steps = tuple(evolve(s, remarks=(*s.remarks, *remarks.get(s.key, ()))) for s in plan.steps)
    return evolve(plan, steps=steps, not_checked=(*plan.not_checked, *not_checked))


def breaks(step: Step) -> bool:
    """Whether a step can leave references to something that no longer exists."""
    if not facts(step.kind).holds_data or step.live is None or step.cause is Cause.WITH_PROJECT:
        return False
    # A dataset that is made again has its name again; a folder gets another id.
    again = step.action is Action.REPLACE and not facts(step.kind).referred_by_name
    return step.action is Action.DELETE or again


def documents(
    session: Session, project: str, managed: Collection[Key], parallel: int
) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield what may refer to others in a project: kind and name, and its text."""
    base = f"/projects/{at(project)}"
    heads = [
        (kind, f"{base}/{path}{at(str(head[field]))}", str(head.get("name") or head[field]))
        for kind, path, field in LOOKED_AT
        for head in session.json("GET", f"{base}/{path}")
        if Key(project, kind, str(head[field])) not in managed
    ]

    def text(head: tuple[str, str, str]) -> str:
        kind, path, _ = head
        document = session.json("GET", path)
        if kind == "scenario" and document.get("type") == "custom_python":
            document = [document, session.json("GET", f"{path}/payload")]
        return json.dumps(document, ensure_ascii=False)

    with ThreadPoolExecutor(parallel) as pool:
        for (kind, _, name), said in zip(heads, pool.map(text, heads), strict=True):
            yield (kind, name), said


def exposed(session: Session, project: str) -> dict[tuple[str, str], set[str]]:
    """The projects that each object is shared with, by its type and id."""
    settings = session.json("GET", f"/projects/{at(project)}/settings")
    objects: Iterable[Mapping[str, Any]] = (settings.get("exposedObjects") or {}).get("objects", ())
    return {
        (str(o.get("type")), str(o.get("localName"))): {str(r.get("targetProject")) for r in o.get("rules", ())}
        for o in objects
    }  # fmt: skip


def readers(
    session: Session, plan: Plan, project: str, others: Iterable[str], not_checked: list[str]
) -> dict[str, list[str]]:
    """
    Find the recipes of other projects that read or write objects of a project, and that the plan does not change.

    Args:
        session: The DSS.
        plan: The plan.
        project: The project.
        others: The projects that may use its objects: those of the plan, and those that it shares with.
        not_checked: Takes what the key may not read.

    Returns:
        By id of an object: the recipes, as ``PROJECT.recipe``.
    """
    changed = {
        step.key
        for step in plan.steps
        if step.action is Action.DELETE
        or any(change.pointer.startswith(("/inputs", "/outputs")) for change in step.changes)
    }
    users: dict[str, list[str]] = {}
    for other in sorted(others):
        try:
            recipes = session.json("GET", f"/projects/{at(other)}/recipes/")
        except Denied as error:
            not_checked.append(
                f"recipes of project {other} that use project {project}: {error.problem}"
            )
            continue
        for recipe in recipes:
            if Key(other, "recipe", str(recipe["name"])) in changed:
                continue
            for ref in sorted(refs(recipe)):
                owner, _, id = ref.rpartition(".")
                if owner == project:
                    users.setdefault(id, []).append(f"{other}.{recipe['name']}")
    return users


def broken(step: Step, users: Mapping[str, list[str]]) -> Iterator[Remark]:
    """Yield which recipes of other projects lose what a step deletes."""
    if names := users.get(step.live.id if step.live else step.name):
        yield Remark(Topic.BREAKS_ELSEWHERE, tuple(names))


def found(
    step: Step, texts: Mapping[tuple[str, str], str], shared: Mapping[tuple[str, str], set[str]]
) -> Iterator[Remark]:
    """Yield what a step would break."""
    id = step.live.id if step.live else step.name
    names = "|".join(re.escape(n) for n in dict.fromkeys((id, step.name)))
    named = re.compile(rf"[\"'](?:{re.escape(step.project)}\.)?(?:{names})\\?[\"']")
    by_kind: dict[str, list[str]] = {}
    for (kind, name), text in texts.items():
        if named.search(text):
            by_kind.setdefault(kind, []).append(name)
    for kind, those in by_kind.items():
        yield Remark(Topic.BREAKS, (kind, *sorted(those)))
    for other in sorted(shared.get((step.kind.upper(), id), ())):
        yield Remark(Topic.SHARED_WITH, (other,))
