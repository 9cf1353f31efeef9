"""Functions of a program that judge its plan, or run before and after its steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import frozen

from .model import OneOrMany, many
from .program import current

if TYPE_CHECKING:
    from dssdsl.plan.steps import Step

J = TypeVar("J", bound=Callable[..., Any])
ACTIONS = ("create", "update", "replace", "rename", "move", "adopt", "delete", "forget")


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


def policy(judge: J) -> J:
    """
    Register a function that sees each plan before anything is written.

    It yields `refuse(…)` and `warn(…)`, or returns nothing. Whatever all policies forbid is told in
    one run, with the place of the policy in the program.
    """
    current().policies.append(judge)
    return judge


def before(*globs: str, action: OneOrMany[str] = ()) -> Callable[[J], J]:
    """
    Register a function that runs right before each step it is for.

    If it raises, the step fails, and nothing of it is done.

    Args:
        globs: Such as ``"dataset/*"``; none means all.
        action: Such as ``"delete"``, or several; none means all.
    """
    return _registered("before", globs, action)


def after(*globs: str, action: OneOrMany[str] = ()) -> Callable[[J], J]:
    """
    Register a function that runs right after each step it is for, once that is recorded.

    If it raises, the step counts as failed; what it did in DSS stays.

    Args:
        globs: Such as ``"dataset/*"``; none means all.
        action: Such as ``"delete"``, or several; none means all.
    """
    return _registered("after", globs, action)


def _registered(when: str, globs: tuple[str, ...], action: OneOrMany[str]) -> Callable[[J], J]:
    program, actions = current(), tuple(many(action))
    if globs and callable(globs[0]):
        program.fault(f"@{when} stands without brackets", fix=f"write @{when}()")
        globs = ()
    for each in actions:
        if each not in ACTIONS:
            program.fault(f'there is no action "{each}"', fix=f"there are {', '.join(ACTIONS)}")

    def register(act: J) -> J:
        program.hooks[when].append(Hook(globs, actions, act))
        return act

    return register
