"""What happened, as values; workers send them, the command line shows them."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from dssdsl.errors import DssdslError

from .steps import Step


@frozen
class Started:
    """A step began."""

    step: Step


@frozen
class Done:
    """
    A step ended well.

    Attributes:
        seconds: How long it took.
        notes: What DSS did that the program did not ask for.
    """

    step: Step
    seconds: float
    notes: tuple[str, ...] = ()


@frozen
class Failed:
    """A step failed."""

    step: Step
    seconds: float
    error: DssdslError


@frozen
class Skipped:
    """A step was not begun, because of another one or because work stopped."""

    step: Step
    because: str


@frozen
class Note:
    """Something worth saying that belongs to no step."""

    text: str


Event = Started | Done | Failed | Skipped | Note
Listener = Callable[[Event], None]
