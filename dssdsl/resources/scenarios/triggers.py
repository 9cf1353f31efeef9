"""The triggers of scenarios."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import Field, InstanceOf

from dssdsl.lang.constrained import Count, Date, Positive, TimeOfDay, time_zone
from dssdsl.lang.fields import checked_as, form, refers_to
from dssdsl.lang.model import OneOrMany, many, token
from dssdsl.lang.resource import Part, Resource, encode, text_of
from dssdsl.lang.values import Code, Document, Initial

from .references import SCENARIO, AnyScenario, FlowItem, item, scenario_params

Day: TypeAlias = Literal[
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"
]
RunOn: TypeAlias = Annotated[
    Literal[
        "ON_THE_DAY",
        "LAST_DAY_OF_THE_MONTH",
        "FIRST_WEEK",
        "SECOND_WEEK",
        "THIRD_WEEK",
        "FOURTH_WEEK",
        "LAST_WEEK",
    ]
    | str,
    token(
        "ON_THE_DAY",
        "LAST_DAY_OF_THE_MONTH",
        "FIRST_WEEK",
        "SECOND_WEEK",
        "THIRD_WEEK",
        "FOURTH_WEEK",
        "LAST_WEEK",
    ),
]


def today() -> str:
    """The first day of new triggers, unless the program sets it."""
    return datetime.now().astimezone().date().isoformat()


class AnyTrigger(Part):
    """Common to all triggers."""

    wire: ClassVar[str] = ""

    name: str | None = None
    """Its name, which identifies it among triggers of its type."""

    active: bool | None = None
    """Whether it fires. By default a new one does, and an existing one stays as it is."""

    def params_for(self, owner: Resource) -> Document:
        """The trigger's ``params`` in DSS."""
        raise NotImplementedError

    def around(self) -> Document:
        """Other settings of the trigger: how often DSS checks it."""
        return {"delay": Initial(5)}

    def document(self, owner: Resource) -> Document:
        out: Document = {
            "type": self.wire,
            "active": Initial(True) if self.active is None else self.active,
            **self.around(),
            "params": self.params_for(owner),
        }
        return out if self.name is None else {"name": self.name, **out}


class AnyClock(AnyTrigger):
    """Common to triggers of time."""

    wire = "temporal"
    frequency: ClassVar[str] = ""
    hints: ClassVar[Mapping[str, str]] = {
        "hour": 'write the time as HH:MM: Daily("02:00")',
        "minute": 'write the time as HH:MM: Daily("02:00")',
        "frequency": "the classes are Daily, Weekly, Monthly, Hourly and Minutely",
        "repeat_frequency": 'did you mean "every"?',
        "start": 'did you mean "starting_from"?',
        "tz": 'did you mean "timezone"?',
    }

    timezone: Annotated[
        str, time_zone("SERVER"), form('a time zone such as "Europe/Paris", or "SERVER"')
    ] = "SERVER"
    """The time zone, such as ``Europe/Paris``; ``SERVER`` is that of the DSS server."""

    every: Positive = 1
    """The number of days, weeks, months, hours or minutes between runs."""

    starting_from: Date | None = None
    """The first day. By default a new trigger starts today."""

    def when(self) -> Document:
        """The time, in the form of DSS."""
        return {}

    def params_for(self, owner: Resource) -> Document:
        start = Initial(today()) if self.starting_from is None else self.starting_from
        return {
            "frequency": self.frequency,
            "repeatFrequency": self.every,
            "timezone": self.timezone,
            "startingFrom": start,
            **self.when(),
        }


def _clock(time: Any) -> Document:
    # A wrong time has been reported already.
    found = re.fullmatch(r"(\d+):(\d+)", str(time))
    return {"hour": int(found[1]), "minute": int(found[2])} if found else {}


class Daily(AnyClock):
    """Fires every day, or every few days, at a time."""

    frequency = "Daily"

    at: TimeOfDay = Field(kw_only=False)
    """The time, as HH:MM."""

    def when(self) -> Document:
        return _clock(self.at)


class Weekly(AnyClock):
    """Fires on days of the week at a time."""

    frequency = "Weekly"

    days: OneOrMany[Day] = Field(kw_only=False)
    """The days, such as ``["Monday", "Thursday"]``."""

    at: TimeOfDay = Field(kw_only=False)
    """The time, as HH:MM."""

    def when(self) -> Document:
        return {"daysOfWeek": many(self.days), **_clock(self.at)}


class Monthly(AnyClock):
    """Fires once a month at a time, by default on the day of the month of ``starting_from``."""

    frequency = "Monthly"

    at: TimeOfDay = Field(kw_only=False)
    """The time, as HH:MM."""

    run_on: RunOn = "ON_THE_DAY"
    """The day of the month; ``ON_THE_DAY`` is that of ``starting_from``."""

    def when(self) -> Document:
        return {"monthlyRunOn": self.run_on, **_clock(self.at)}


class Hourly(AnyClock):
    """Fires every hour, or every few hours, at a minute."""

    frequency = "Hourly"

    minute: Annotated[int, Field(ge=0, le=59), form("a minute from 0 to 59")] = 0
    """The minute of the hour."""

    def when(self) -> Document:
        return {"minute": self.minute}


class Minutely(AnyClock):
    """Fires every few minutes."""

    frequency = "Minutely"

    every: Positive = 15
    """The number of minutes between runs."""


class OnDatasetChange(AnyTrigger):
    """Fires when the data of datasets or folders changes."""

    wire = "ds_modified"

    items: Annotated[OneOrMany[FlowItem], form("datasets or folders: one, or a list")] = Field(
        kw_only=False
    )
    """The datasets or folders to watch."""

    check_every: Positive = 900
    """Seconds between checks."""

    grace_delay: Count = 120
    """Seconds without further changes before it fires."""

    all: bool = False
    """Whether to fire only when all of them have changed."""

    def params_for(self, owner: Resource) -> Document:
        return {
            "watches": [item(i, owner, "") for i in many(self.items)],
            "triggerWhenAllFire": self.all,
        }

    def around(self) -> Document:
        grace = {"delay": self.grace_delay, "checkAgainAfterGraceDelay": Initial(True)}
        return {"delay": self.check_every, "graceDelaySettings": grace}


class AfterScenario(AnyTrigger):
    """Fires when another scenario ends."""

    wire = "follow_scenariorun"

    scenario: Annotated[InstanceOf[AnyScenario] | str, SCENARIO, refers_to("scenario")] = Field(
        kw_only=False
    )
    """The scenario, or its id: ``"ID"`` or ``"OTHERPROJECT.ID"``."""

    def params_for(self, owner: Resource) -> Document:
        return scenario_params(self.scenario, owner)


class SQLTrigger(AnyTrigger):
    """Fires when the result of a query changes."""

    wire = "sql_query"

    connection: Annotated[str, checked_as("connection")] = Field(kw_only=False)
    """The SQL connection."""

    sql: str = Field(kw_only=False)
    """The query."""

    def params_for(self, owner: Resource) -> Document:
        return {
            "connection": self.connection,
            "sql": self.sql,
            "hasLimit": Initial(True),
            "limit": Initial(10000),
        }

    def around(self) -> Document:
        return {"delay": Initial(900)}


class PythonTrigger(AnyTrigger):
    """Fires when Python code calls ``dataiku.scenario.Trigger().fire()``."""

    wire = "custom_python"

    code: Code = Field(kw_only=False)
    """The code, or ``file("…")``."""

    def params_for(self, owner: Resource) -> Document:
        return {"code": text_of(self.code), "envSelection": Initial({"envMode": "INHERIT"})}

    def around(self) -> Document:
        return {"delay": Initial(900)}


class Trigger(AnyTrigger):
    """A trigger of any type, by DSS's type and params."""

    type: Annotated[
        str, token("temporal", "ds_modified", "sql_query", "follow_scenariorun", "custom_python")
    ] = Field(kw_only=False)
    """DSS's type, such as ``temporal``."""

    params: Mapping[str, Any] = Field(default={}, kw_only=False)
    """DSS's params. Those that the program does not set stay as they are."""

    def params_for(self, owner: Resource) -> Document:
        found: Document = encode(dict(self.params or {}), owner)
        return found

    def around(self) -> Document:
        return {}

    def document(self, owner: Resource) -> Document:
        return {**super().document(owner), "type": self.type}
