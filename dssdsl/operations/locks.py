"""Keeps others from deploying the same projects at the same time."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from dssdsl.engine.execute import Guard

if TYPE_CHECKING:
    from dssdsl.engine.events import Event
    from dssdsl.engine.execute import Result
    from dssdsl.workspace import Workspace


def nothing(project: str) -> None:
    """Do nothing more once a project is there."""


class Locks(Guard):
    """The locks of the projects that a deployment writes, given back at its end."""

    def __init__(
        self, workspace: Workspace, operation: str, listen: Callable[[Event], None]
    ) -> None:
        self.workspace, self.operation, self.listen = workspace, operation, listen
        self.on_made: Callable[[str], None] = nothing

    def __enter__(self) -> Locks:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass

    def take(self, project: str) -> None:
        """Lock a project."""

    def made(self, project: str) -> None:
        """Lock a project that was just made."""
        self.take(project)
        self.on_made(project)

    def explain(self, result: Result) -> None:
        """Say who was faster, where that is why steps failed."""
