"""The steps of a plan, and the plan: the command line prints it, the executor runs it, JSON stores it."""

from __future__ import annotations

import enum
from collections.abc import Mapping

from attrs import field, frozen

from dssdsl.lang.provider import Live
from dssdsl.state.snapshot import Entry

from .changes import Change


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

    @property
    def makes(self) -> bool:
        """Whether something comes to be ours: a new object, or our part of what every project has."""
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


HOLDS_DATA = ("dataset", "managed_folder")
CONTAINED = "goes with its project"


def entry_key(key: str) -> str:
    """The key of a resource inside its project's snapshot: ``kind/name``."""
    project, _, rest = key.partition("/")
    return rest or f"project/{project}"


def full_key(project: str, rest: str) -> str:
    """The key of a snapshot's entry."""
    return project if rest == f"project/{project}" else f"{project}/{rest}"
