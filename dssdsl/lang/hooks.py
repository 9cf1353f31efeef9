"""Functions of a program that judge its plan, or run before and after its steps."""

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
    What a policy finds in a plan.

    Attributes:
        text: What is wrong, with no full stop.
        step: The step that it is about, if it is about one.
        refused: Whether the plan must not be run.
    """

    text: str
    step: Step | None = None
    refused: bool = True


def refuse(text: str, step: Step | None = None) -> Verdict:
    """Forbid the plan, because of *step* or as a whole."""
    return Verdict(text, step)


def warn(text: str, step: Step | None = None) -> Verdict:
    """Let the plan pass, and say something with it."""
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
