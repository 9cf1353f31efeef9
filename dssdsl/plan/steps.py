"""The steps of a plan, and the plan: the command line prints it, the executor runs it, JSON stores it."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping

from attrs import evolve, field, frozen

from dssdsl.lang.keys import Key
from dssdsl.lang.live import Live
from dssdsl.state.snapshot import Entry

from .causes import Basis, Cause, FollowUp, Remark
from .changes import DRIFT, Change, Reason


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
        cause: Why.
        changes: The places that change; empty for a creation.
        then: What DSS works out right after.
        remarks: What the step loses, keeps or breaks.
        needs: Keys of steps that come before.
        live: What DSS held when the plan was made.
        entry: What the state holds of it.
        runs: The places that a run may have changed since the last deployment: what it left there stays.
        drop_data: Whether a delete takes the data too.
        old: The name before a rename.
        aside: The name that its object has in between, until another one has left or got its own.
        because_of: The resource that *cause* refers to.
        source: Where the program declares it: ``project.py:12``.
    """

    key: Key
    action: Action
    cause: Cause = Cause.CHANGED
    changes: tuple[Change, ...] = ()
    then: tuple[FollowUp, ...] = ()
    remarks: tuple[Remark, ...] = ()
    needs: frozenset[Key] = frozenset()
    live: Live | None = field(default=None, repr=False)
    entry: Entry | None = field(default=None, repr=False)
    runs: frozenset[str] = frozenset()
    drop_data: bool = False
    old: str | None = None
    aside: str | None = None
    because_of: Key | None = None
    source: str = ""

    @property
    def project(self) -> str:
        """The key of the project that the resource is in."""
        return self.key.project

    @property
    def kind(self) -> str:
        """The kind of the resource, such as ``dataset``."""
        return self.key.kind

    @property
    def name(self) -> str:
        """The name of the resource."""
        return self.key.name

    @property
    def label(self) -> str:
        """Kind and name, as messages say them."""
        return self.key.label

    @property
    def answers_dss(self) -> bool:
        """Whether the step answers something that was changed in DSS."""
        return self.cause is Cause.GONE or any(change.reason in DRIFT for change in self.changes)

    @property
    def makes(self) -> bool:
        """Whether dssdsl manages something new after it: a created object, or settings of what every project has."""
        return self.action in (Action.CREATE, Action.REPLACE) or (
            self.action is Action.UPDATE and self.entry is None
        )


@frozen
class Plan:
    """
    Steps in an order that respects what needs what.

    Attributes:
        steps: What is to do; deletes last.
        unchanged: How many resources stay as they are.
        kept: Entries that stay, with what DSS answers for them now.
        remarks: What is worth knowing beside the steps.
        not_checked: What the key may not check.
        projects: The projects that it is about.
        config_hash: The sha256 of the program that it was made from.
        basis: What it brings DSS in line with.
    """

    steps: tuple[Step, ...] = ()
    unchanged: int = 0
    kept: Mapping[Key, Entry] = field(factory=dict)
    remarks: tuple[Remark, ...] = ()
    not_checked: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    config_hash: str = ""
    basis: Basis = Basis.PROGRAM

    def __bool__(self) -> bool:
        return bool(self.steps)

    def only(self, reasons: Collection[Reason]) -> Plan:
        """The plan with only the changes of *reasons*, and with what DSS no longer has."""
        steps = []
        for step in self.steps:
            changes = tuple(change for change in step.changes if change.reason in reasons)
            if changes or (step.live is None and step.entry is not None):
                steps.append(evolve(step, changes=changes))
        same = self.unchanged + len(self.steps) - len(steps)
        return evolve(self, steps=tuple(steps), unchanged=same)

    def reversed(self) -> Plan:
        """The plan with its changes the other way round: from what was deployed to what DSS holds."""
        steps = [
            evolve(s, changes=tuple(evolve(c, old=c.new, new=c.old) for c in s.changes))
            for s in self.steps
        ]
        return evolve(self, steps=tuple(steps))

    def counts(self) -> dict[str, int]:
        """How many steps of each action, in a fixed order."""
        found = [step.action for step in self.steps]
        return {action.value: found.count(action) for action in Action if action in found}

    def summary(self) -> str:
        """One line: ``1 to create, 3 to update · 37 unchanged``."""
        counts = ", ".join(f"{n} to {action}" for action, n in self.counts().items())
        return f"{counts or 'nothing to do'} · {self.unchanged} unchanged"
