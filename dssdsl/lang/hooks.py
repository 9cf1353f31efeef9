"""What policies return, and the functions that run around steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from attrs import frozen

from .keys import Key

ACTIONS = ("create", "update", "replace", "rename", "move", "adopt", "delete", "forget")


class Step(Protocol):
    """A step of a plan, as policies and hooks see it: `dssdsl.plan.steps.Step` has more."""

    @property
    def key(self) -> Key:
        """What it is about."""

    @property
    def action(self) -> Any:
        """What it does, such as ``create``."""

    @property
    def label(self) -> str:
        """Kind and name."""


@frozen
class Verdict:
    """
    The verdict of a policy on a plan.

    Attributes:
        text: The problem, without a full stop.
        step: The step that it is about, if any.
        refused: Whether it forbids the plan.
    """

    text: str
    step: Step | None = None
    refused: bool = True


def refuse(text: str, step: Step | None = None) -> Verdict:
    """Forbid the plan, because of *step* or as a whole."""
    return Verdict(text, step)


def warn(text: str, step: Step | None = None) -> Verdict:
    """Let the plan pass with a warning."""
    return Verdict(text, step, refused=False)


@frozen
class Hook:
    """
    A function that runs around steps.

    Attributes:
        globs: Which resources: a key, or parts of it, as ``--target`` takes them; none means all.
        actions: Which actions; none means all.
        act: Called with the step, and with a `dataikuapi.DSSClient`.
    """

    globs: tuple[str, ...]
    actions: tuple[str, ...]
    act: Callable[[Step, Any], object]

    def is_for(self, step: Step) -> bool:
        """Whether it runs around *step*."""
        if self.actions and step.action.value not in self.actions:
            return False
        return not self.globs or step.key.matches(self.globs)
