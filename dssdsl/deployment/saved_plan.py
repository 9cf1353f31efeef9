"""A plan in a file: `up --plan` applies exactly the reviewed plan, or nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import asdict, evolve
from pydantic import BaseModel, ConfigDict, ValidationError

from dssdsl.errors import DssdslError, PlanRefused, ProgramError, ProgramErrors, Refused
from dssdsl.plan import as_json
from dssdsl.state.hosts import same_host

from .ownership import snapshots
from .prepare import prepare as prepare_plan
from .record import me

if TYPE_CHECKING:
    from dssdsl.deployment.prepare import Prepared
    from dssdsl.plan.options import Options
    from dssdsl.plan.steps import Plan, Step

    from .context import Context

VERSION = "1"
TEXTS = ("at", "cause", "because_of", "remarks", "changed_in_dss")
"""What a step tells people; the rest is what it does."""


class Stale(Refused):
    """DSS or the state is not as it was when the plan was saved."""


class Base(BaseModel):
    """The state that a plan was made from; of a project without state, an empty lineage and 0."""

    model_config = ConfigDict(extra="forbid", strict=True)

    lineage: str
    serial: int


class Seen(BaseModel):
    """What DSS held of an object; id and version are null if there was none."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: str | None
    version: int | None


class Saved(BaseModel):
    """
    A saved plan.

    Attributes:
        format: ``dssdsl-plan``.
        version: Of the format.
        made: When it was made.
        by: Who made it, as ``user@machine``.
        operation: ``up`` or ``destroy``.
        options: What the user asked for and agreed to.
        config_hash: Of the program.
        base: By project.
        seen: By key, of each step.
        steps: As ``--json`` prints them.
        summary: How many steps of each action.
        seal: The sha256 of all the rest, which shows edits.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    format: str
    version: str
    made: str
    by: str
    stack: str
    host: str
    program: str
    operation: str
    options: dict[str, Any]
    config_hash: str
    base: dict[str, Base]
    seen: dict[str, Seen]
    steps: list[dict[str, Any]]
    summary: dict[str, int]
    seal: str = ""

    def sealed(self) -> str:
        """The sha256 of all but the seal."""
        text = json.dumps(self.model_dump(mode="json", exclude={"seal"}), sort_keys=True)
        return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"

    def dumps(self) -> str:
        """Write it as JSON."""
        return json.dumps(self.model_dump(mode="json"), indent=2) + "\n"


def save(context: Context, prepared: Prepared) -> Saved:
    """The saved form of a plan; it contains no secrets."""
    settings = context.settings
    options = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asdict(prepared.options).items()
    }
    saved = Saved(
        format="dssdsl-plan",
        version=VERSION,
        made=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        by=me(),
        stack=settings.name,
        host=settings.host,
        program=context.program_name,
        operation=prepared.operation,
        options=options,
        config_hash=prepared.plan.config_hash,
        base=bases(prepared),
        seen=seen(prepared.plan),
        steps=steps(prepared.plan),
        summary={**prepared.plan.counts(), "unchanged": prepared.plan.unchanged},
    )
    saved.seal = saved.sealed()
    return saved


def bases(prepared: Prepared) -> dict[str, Base]:
    """The state that a plan is made from."""
    return {
        project: Base(lineage=snapshot.lineage, serial=snapshot.serial)
        if project in prepared.base
        else Base(lineage="", serial=0)
        for project, snapshot in sorted(prepared.snapshots.items())
    }


def seen(plan: Plan) -> dict[str, Seen]:
    """What DSS held of what a plan changes."""
    return {
        s.key: Seen(id=s.live.id, version=s.live.version) if s.live else Seen(id=None, version=None)
        for s in plan.steps
    }


def steps(plan: Plan) -> list[dict[str, Any]]:
    """The steps, as JSON has them."""
    found: list[dict[str, Any]] = json.loads(
        json.dumps([as_json.step(step) for step in plan.steps], default=str)
    )
    return found


def load(path: Path) -> Saved:
    """
    Read a saved plan.

    Raises:
        ProgramError: It is none, it is of another version, or somebody edited it.
    """
    where, again = str(path), "make it again with dssdsl preview --out"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ProgramError(f'there is no file "{path}"', fix=again) from None
    except (ValueError, OSError) as error:
        raise ProgramError(f"it is no saved plan: {error}", at=where, fix=again) from None
    if not isinstance(document, dict) or document.get("format") != "dssdsl-plan":
        raise ProgramError("it is no saved plan", at=where, fix=again)
    if document.get("version") != VERSION:
        raise ProgramError(
            f"it is a saved plan of version {document.get('version')}; this dssdsl knows {VERSION}",
            at=where,
            fix=again,
        )
    try:
        saved = Saved.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ProgramError(
            f"the saved plan is damaged at {place}: {first['msg']}", at=where, fix=again
        ) from None
    if saved.seal != saved.sealed():
        raise ProgramError("the saved plan was changed after it was made", at=where, fix=again)
    return saved


def prepare(context: Context, saved: Saved, going: Options | None = None) -> Prepared:
    """
    Make the plan again, and check that it is the saved one.

    Args:
        context: Where.
        saved: The plan.
        going: How to run it; the saved plan says what to do.

    Raises:
        ProgramError: It is for something else, or the program is another one.
        ProgramErrors: What has changed since, object by object.
    """
    from dssdsl.plan.options import Options

    settings = context.settings
    for what, mine, its, same in (
        ("program", context.program_name, saved.program, is_same_program(context, saved)),
        ("stack", settings.name, saved.stack, saved.stack == settings.name),
        ("DSS", settings.host, saved.host, same_host(saved.host, settings.host)),
    ):
        if not same:
            raise ProgramError(
                f"the saved plan is for {what} {its}, and this is {mine}",
                fix=f"make one for {mine} with dssdsl preview --out",
            )
    said: dict[str, Any] = {
        n: tuple(v) if isinstance(v, list) else v for n, v in saved.options.items()
    }
    try:
        options = Options(**said)
    except TypeError:
        raise ProgramError(
            "the saved plan has options that this dssdsl does not know",
            fix="make it again with dssdsl preview --out",
        ) from None
    if going is not None:
        options = evolve(
            options,
            continue_on_error=going.continue_on_error,
            commit_others=going.commit_others,
        )
    try:
        prepared = prepare_plan(context, options)
    except ProgramErrors as error:
        if all(isinstance(each, Refused) for each in error.each()):
            errors = [*moved_base(context, saved), *error.each()]
            if isinstance(error, PlanRefused):
                raise PlanRefused(errors, error.plan) from None
            raise ProgramErrors(errors) from None
        raise
    if prepared.plan.config_hash != saved.config_hash:
        raise ProgramError(
            "the program declares something else than when the plan was made",
            fix="make it again with dssdsl preview --out, or pass the same --config values",
        )
    if found := list(moved(saved, prepared)):
        raise ProgramErrors(found)
    return evolve(prepared, again=lambda: prepare(context, saved, going))


def is_same_program(context: Context, saved: Saved) -> bool:
    """Whether the plan is of this program; one without a name in its toml is known by what it declares alone."""
    name = context.settings.program
    return bool(name.derived) or saved.program in (name.name, name.former)


def moved_base(context: Context, saved: Saved) -> list[DssdslError]:
    """Errors for projects that were deployed since."""
    now = snapshots(context, list(saved.base))
    return [
        stale(f"project {project} was deployed since by {s.by} (deployment {s.serial})")
        for project, s in now.items()
        if project not in saved.base or saved.base[project].serial != s.serial
    ]


def stale(problem: str) -> Stale:
    """An error about something that has changed."""
    return Stale(
        f"{problem}; nothing was changed", fix="make the plan again with dssdsl preview --out"
    )


def moved(saved: Saved, prepared: Prepared) -> Iterator[Stale]:
    """Yield what has changed since the plan was made, object by object."""
    now = bases(prepared)
    for project in sorted({*now, *saved.base}):
        old, new = saved.base.get(project), now.get(project)
        if old == new:
            continue
        if old is None or new is None:
            what = "is there now" if old is None else "is not there any more"
            yield stale(f"the state of project {project} {what}")
        elif old.lineage and old.lineage != new.lineage:
            yield stale(f"the state of project {project} is another one")
        else:
            by = prepared.snapshots[project].by or "somebody"
            yield stale(
                f"project {project} was deployed since by {by} (deployment {old.serial} → {new.serial})"
            )
    then = {step["key"]: step for step in saved.steps}
    for step, found in zip(prepared.plan.steps, steps(prepared.plan), strict=True):
        before = then.pop(step.key, None)
        if before is None:
            yield stale(f"{step.label} is to {step.action} now, which the plan does not have")
        elif told := _differs(before, found) or _touched(saved, step):
            yield stale(f"{step.label}: {told}")
    for step_then in then.values():
        label = f"{step_then['kind'].replace('_', ' ')} {step_then['name']}".strip()
        yield stale(
            f"{label}: it was to {step_then['action']}, and there is nothing to do any more"
        )


def _differs(before: dict[str, Any], now: dict[str, Any]) -> str:
    if before["action"] != now["action"]:
        return f"it was to {before['action']}, and is to {now['action']} now"
    if {n: v for n, v in before.items() if n not in TEXTS} == {
        n: v for n, v in now.items() if n not in TEXTS
    }:
        return ""
    old = {change["path"]: change for change in before["changes"]}
    new = {change["path"]: change for change in now["changes"]}
    fields = {
        (old.get(p) or new[p])["field"] for p in {*old, *new} if old.get(p) != new.get(p)
    } or {"what follows"}
    return f"{', '.join(sorted(fields))} is not as it was"


def _touched(saved: Saved, step: Step) -> str:
    before = saved.seen.get(step.key)
    id, version = (step.live.id, step.live.version) if step.live else (None, None)
    if before is None or (before.id, before.version) == (id, version):
        return ""
    if before.id != id:
        return "it is another object in DSS" if before.id and id else "it came or went in DSS"
    by = f" by {step.live.saved_by}" if step.live and step.live.saved_by else ""
    return f"it was saved in DSS{by} since (version {before.version} → {version})"
