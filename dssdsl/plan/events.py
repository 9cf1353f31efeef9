"""What happens in a run, as values; workers send them, the command line shows them."""

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
    A step succeeded.

    Attributes:
        seconds: How long it took.
        notes: What DSS did beside it, in words.
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
    """
    A step did not run to its end, because another one failed or the run was stopped.

    Attributes:
        because: Why.
        begun: Whether a part of it is done: its resource is there, and what follows is missing.
    """

    step: Step
    because: str
    begun: bool = False


@frozen
class Note:
    """Something worth knowing that belongs to no step."""

    text: str


Event = Started | Done | Failed | Skipped | Note
Listener = Callable[[Event], None]
