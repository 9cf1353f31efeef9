"""Scenarios: steps or code, triggers and reporters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import InstanceOf

from dssdsl.errors import ProgramError
from dssdsl.lang.fields import (
    REMOVE,
    at,
    checked_as,
    closed,
    create_only,
    exact,
    form,
    keyed,
    listed,
    resets_to,
    unordered,
)
from dssdsl.lang.graph import target_of
from dssdsl.lang.model import OneOrMany, many
from dssdsl.lang.near import did_you_mean
from dssdsl.lang.program import Program, current
from dssdsl.lang.resource import text_of
from dssdsl.lang.values import Code, Document, File, Initial, Ref
from dssdsl.resources.environments import code_env
from dssdsl.resources.partitions import check_spec, dimensions_of
from dssdsl.resources.python_code import check_python

from .messages import Mail
from .references import ITEMS, AnyScenario
from .reporters import Reporter
from .steps import AnyStep, Build, ExecutePython, SendMessage
from .triggers import AnyTrigger, PythonTrigger


def _id_of(title: str) -> str:
    """An id made from *title*."""
    return re.sub(r"\W+", "_", title, flags=re.ASCII).strip("_").upper() or "NIGHTLY"


STEPS = form("a list of steps, such as Build(sales) or ExecutePython(code)")

TRIGGERS = form('triggers such as Daily("02:00") or Weekly("Monday", "02:00")')

REPORTERS = form(
    """reporters such as Reporter(Mail("you@example.com"), when="outcome != 'SUCCESS'")"""
)

ITEM = (keyed("type", "itemId"), unordered)


class Scenario(AnyScenario):
    """A scenario of steps or of one Python script, with its triggers and reporters."""

    hints: ClassVar[Mapping[str, str]] = {
        "label": 'the title is name: Scenario("NIGHTLY", name="Nightly build")',
        "cron": 'write triggers=[Daily("02:00")]',
        "schedule": 'write triggers=[Daily("02:00")]',
        "trigger": 'did you mean "triggers"?',
        "messages": 'write reporters=[Reporter(Mail("you@example.com"))]',
        "type": "a scenario with code= is a Python one, one with steps= is step-based",
    }
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        "type": (create_only,),
        "params.steps.runConditionType": (resets_to("RUN_IF_STATUS_MATCH"),),
        "params.steps.runConditionStatuses": (unordered, resets_to(["SUCCESS", "WARNING"])),
        "params.steps.runConditionExpression": (resets_to(""),),
        "params.steps.maxRetriesOnFail": (resets_to(0),),
        "params.steps.delayBetweenRetries": (resets_to(10),),
        "params.steps.resetScenarioStatus": (resets_to(False),),
        "params.steps.params.proceedOnFailure": (resets_to(False),),
        "params.steps.params.projectKey": (resets_to(REMOVE),),
        "params.steps.params.envSelection": (resets_to({"envMode": "INHERIT"}),),
        "params.steps.params.builds": ITEM,
        "params.steps.params.checks": ITEM,
        "params.steps.params.computes": ITEM,
        "params.steps.params.variables": (closed,),
        "params.steps.params.variables.*": (exact,),
        "params.steps.params.definitions": (keyed("key"),),
        "triggers.params.daysOfWeek": (unordered,),
        "triggers.params.watches": ITEM,
        "triggers.params.projectKey": (resets_to(REMOVE),),
        "reporters.messaging.configuration.attachments": (resets_to([]),),
        "reporters.messaging.configuration.sender": (resets_to(REMOVE),),
        "reporters.runConditionEnabled": (resets_to(False),),
        "reporters.runCondition": (resets_to(""),),
        "reporters.messaging.configuration.channelId": (resets_to(REMOVE),),
        "reporters.messaging.configuration.useGlobalChannel": (resets_to(False),),
        "reporters.messaging.configuration.webhookUrl": (resets_to(REMOVE),),
    }

    name: Annotated[str | None, at("name")] = None
    """The title that DSS shows. By default a new scenario has its id as title."""

    steps: Annotated[
        OneOrMany[InstanceOf[AnyStep]] | None,
        at("params.steps"),
        keyed("type", "name"),
        listed,
        STEPS,
    ] = None
    """The steps, in order; or set ``code``."""

    code: Annotated[Code | None, at("script")] = None
    """A Python script instead of steps: the code, or ``file("…")``."""

    code_env: Annotated[
        str | None,
        at("params.envSelection"),
        checked_as("code_env"),
        resets_to({"envMode": "INHERIT"}),
    ] = None
    """The code env of the script: a name, ``INHERIT`` or ``USE_BUILTIN_MODE``."""

    triggers: Annotated[
        OneOrMany[InstanceOf[AnyTrigger]] | None,
        at("triggers"),
        keyed("type", "name"),
        unordered,
        resets_to([]),
        TRIGGERS,
    ] = None
    """The triggers that start it."""

    reporters: Annotated[
        OneOrMany[InstanceOf[Reporter]] | None,
        at("reporters"),
        keyed("messaging.type", "name"),
        unordered,
        resets_to([]),
        REPORTERS,
    ] = None
    """The messages that it sends when it starts or ends."""

    active: Annotated[bool | None, at("active")] = None
    """Whether its triggers fire. By default those of a new scenario do, and an existing one stays as it is."""

    run_as: Annotated[str | None, at("runAsUser"), checked_as("user"), resets_to(REMOVE)] = None
    """The login of the user who runs it. By default the user who saved it last."""

    def document(self) -> Document:
        out = super().document()
        out.setdefault("name", Initial(self.id))
        out.setdefault("active", Initial(True))
        if self.code is not None:
            env = code_env(self.code_env) if self.code_env is not None else None
            out["type"] = "custom_python"
            out["script"] = text_of(self.code)
            out.setdefault("params", {})["envSelection"] = env or Initial({"envMode": "INHERIT"})
        elif self.steps is not None:
            out["type"] = "step_based"
        elif self.code_env is not None:
            out["params"]["envSelection"] = code_env(self.code_env)
        return out

    def _missing_hint(self, name: str, values: Mapping[str, Any]) -> str:
        if name == "id" and isinstance(title := values.get("name"), str):
            add = current().syntax.add(name, f'"{_id_of(title)}"')
            return f"{add}; name is only its title"
        return super()._missing_hint(name, values)

    def _settle(self, program: Program) -> None:
        super()._settle(program)
        if (
            isinstance(self.id, str)
            and not self.adopted
            and not re.fullmatch(r"\w+", self.id, re.ASCII)
        ):
            proposed = _id_of(self.id)
            program.error(
                f'Scenario "{self.id}": an id can have letters, digits and underscores only',
                at=self.source,
                fix=f'write Scenario("{proposed}", name="{self.id}", …)',
            )
            self._faulty = True

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        if self.steps is not None and self.code is not None:
            yield self.error(
                "it has steps and code", "keep one of them; ExecutePython(code) is a step"
            )
        elif self.steps is None and self.code is None and not self.adopted:
            yield self.error("it does nothing", "add steps=[Build(…)], or code=file(…)")
        if self.code_env is not None and self.steps is not None:
            yield self.error(
                "code_env needs code", "set it in the step: ExecutePython(code, code_env=…)"
            )
        for found in (*self._check_items(), *self._check_conditions()):
            yield from self.unless_adopted(found, program)
        yield from self._check_mails(program)
        for found in self._check_partitions(program):
            yield from self.unless_adopted(found, program)
        for code in self._codes():
            yield from check_python(code, self, program)

    def _check_items(self) -> Iterator[ProgramError]:
        for step in many(self.steps):
            if getattr(step, "items", None) in ((), []):
                name = type(step).__name__
                yield self.error(f"{name} has no items", f"items takes {ITEMS.text}")

    def _check_conditions(self) -> Iterator[ProgramError]:
        names = [step.name for step in many(self.steps) if step.name]
        # In formulas, other characters than letters and digits become underscores.
        known = {word for name in names for word in (name, re.sub(r"\W", "_", name))}
        for step in many(self.steps):
            for name in step.outcomes():
                if name not in known:
                    yield self.error(
                        f"run_when has stepOutcome_{name}, but no step has the name {name}",
                        did_you_mean(name, names) or f'set name="{name}" in that step',
                    )

    def _check_partitions(self, program: Program) -> Iterator[ProgramError]:
        for step in many(self.steps):
            for each in many(getattr(step, "items", None)) if hasattr(step, "partitions") else ():
                target: Any = target_of(Ref(each, self), program)
                dimensions = dimensions_of(target)
                if dimensions is None:
                    continue
                if step.partitions:
                    for one in check_spec(step.partitions, dimensions, target.identity):
                        yield self.error(f"{type(step).__name__}: {one.text}", one.fix)
                elif dimensions and isinstance(step, Build):
                    names = ", ".join(d.name for d in dimensions)
                    yield self.error(
                        f"Build({target.identity}) names no partitions, and {target.identity} has the "
                        f"dimension{'s' * (len(dimensions) > 1)} {names}",
                        'write partitions="CURRENT_DAY", or others; "${…}" takes them from a variable',
                    )

    def _check_mails(self, program: Program) -> Iterator[ProgramError]:
        sent = [r.message for r in many(self.reporters) if r.active is not False]
        sent += [step.message for step in many(self.steps) if isinstance(step, SendMessage)]
        for mail in sent:
            if isinstance(mail, Mail) and not many(mail.to):
                found = self.error("a Mail has no addresses", 'write Mail("you@example.com")')
                yield from self.unless_adopted(found, program)

    def _codes(self) -> Iterator[str | File]:
        if self.code is not None:
            yield self.code
        for part in (*many(self.steps), *many(self.triggers)):
            if isinstance(part, (ExecutePython, PythonTrigger)):
                yield part.code
