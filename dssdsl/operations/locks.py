"""Keeps others from deploying the same projects at the same time."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from dssdsl.engine.events import Note
from dssdsl.engine.execute import Guard
from dssdsl.errors import DssdslError, Locked
from dssdsl.state.lock import Holder, Lock, holder
from dssdsl.state.stores.local import FolderBoard

if TYPE_CHECKING:
    from dssdsl.engine.events import Event
    from dssdsl.engine.execute import Result
    from dssdsl.workspace import Workspace


def nothing(project: str) -> None:
    """Do nothing more once a project is there."""


class Locks(Guard):
    """
    The locks of what a deployment writes: its journal here, and its projects.

    Used with `with`: the journal's lock is taken at its begin, the projects' with `take`, in the
    order of their keys; all are given back at its end.
    """

    def __init__(
        self, workspace: Workspace, operation: str, listen: Callable[[Event], None]
    ) -> None:
        self.workspace, self.listen = workspace, listen
        self.me = Holder.here(operation, workspace.program_name)
        self.held: dict[str, Lock] = {}
        self.on_made: Callable[[str], None] = nothing

    def __enter__(self) -> Locks:
        path = self.workspace.journal_path
        # Two processes with one journal would spoil it, and a new project has no lock of its own yet.
        board = FolderBoard(path.parent / f"{path.stem}.locks")
        self._acquire("", Lock(board, self.me, f"the journal {path.name}"))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for project, lock in reversed(self.held.items()):
            try:
                lock.release()
            except (DssdslError, OSError) as trouble:
                # Not worth failing for: nobody waits longer than the lease. With its project it is gone.
                if not project or project in self.workspace.session.project_keys:
                    self.listen(
                        Note(
                            f"{lock.what} stays locked for {self.me.lease:.0f} s more: the lock could not be given back ({trouble})"
                        )
                    )

    def take(self, project: str) -> None:
        """
        Lock a project that is there.

        Raises:
            Locked: Somebody else holds it for longer than we are to wait.
        """
        board = self.workspace.store.board(project)
        self._acquire(project, Lock(board, self.me, f"project {project}"))

    def _acquire(self, name: str, lock: Lock) -> None:
        lock.acquire(
            self.workspace.settings.lock_timeout,
            lambda other: self.listen(Note(f"waiting for {other}")),
        )
        self.held[name] = lock

    def check(self, project: str) -> None:
        """Make sure that what is written to *project* is still ours to write."""
        for name in ("", project):
            if name in self.held:
                self.held[name].check()

    def made(self, project: str) -> None:
        """Lock a project that was just made, and say what is about to be made in it."""
        self.take(project)
        self.on_made(project)

    def explain(self, result: Result) -> None:
        """
        Say who was faster, where that is why a project could not be made.

        Raises:
            Locked: Somebody else made it in the meantime.
        """
        unmade = [key for key in result.failed if "/" not in key and key not in self.held]
        if unmade:
            self.workspace.session.forget_projects()
        for project in unmade:
            if project in self.workspace.session.project_keys:
                other = holder(self.workspace.store.board(project))
                by = f" by {other}" if other else ""
                raise Locked(
                    f"project {project} was made in the meantime{by}",
                    fix="run it again: the plan will show what is there by then",
                )
