"""Keeps others from deploying the same projects at the same time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from attrs import define, field

from dssdsl.dss.git import EXPLICIT
from dssdsl.engine.guard import Guard
from dssdsl.errors import Denied, DssdslError, Locked, Refused
from dssdsl.lang.keys import PROJECT
from dssdsl.plan.events import Failed, Note, Skipped
from dssdsl.state.file_lock import FileLock
from dssdsl.state.holder import Holder
from dssdsl.state.lock import FRESH, POLL, Lock, holder
from dssdsl.state.sightings import SightingFile

from .uncommitted import left_by_others

if TYPE_CHECKING:
    from dssdsl.engine.execute import Result
    from dssdsl.plan.events import Event

    from .context import Context

TOLD = 8
"""How many uncommitted files a refusal lists."""


def nothing(project: str) -> None:
    """Do nothing once a project is created."""


class CreatedElsewhere(Locked):
    """Somebody else created a project that the plan creates."""


@define
class HoldBack:
    """
    Passes on events, but holds back those of a project that could not be created.

    Only the end of the run shows whether somebody else created it, which is not a failure.
    """

    listen: Callable[[Event], None]
    held: list[Failed | Skipped] = field(factory=list)

    def __call__(self, event: Event) -> None:
        """Pass an event on, or hold it back."""
        unmade = isinstance(event, Failed) and event.step.kind == PROJECT
        if isinstance(event, (Failed, Skipped)) and (unmade or self.held):
            self.held.append(event)
        else:
            self.listen(event)

    def release(self) -> None:
        """Pass on the event that was held back: the project could not be created."""
        while self.held:
            self.listen(self.held.pop(0))

    def created_elsewhere(self) -> None:
        """Report instead that somebody else creates the project."""
        self.listen(Skipped(self.held[0].step, "somebody else creates it"))
        self.held.clear()


class Locks(Guard):
    """
    The locks of what a deployment writes: its journal here, and its projects.

    A context manager: it takes the journal's lock when it is entered and releases all locks at
    its end; `take` locks projects, in the order of their keys.
    """

    def __init__(self, context: Context, operation: str, listen: Callable[[Event], None]) -> None:
        self.context, self.listen = context, listen
        self.me = Holder.here(operation, context.program_name)
        self.held: dict[str, Lock | FileLock] = {}
        self.on_created: Callable[[str], None] = nothing
        self.unlocked: DssdslError | None = None

    def __enter__(self) -> Locks:
        self.context.settings.own_folder()
        path = self.context.journal_path
        # Two processes with one journal would spoil it, and a new project has no lock of its own yet.
        self._acquire("", FileLock(path.with_suffix(".lock"), self.me, f"the journal {path.name}"))
        return self

    def __exit__(self, *error: object) -> None:
        # The last one first, and each of them even if another one is interrupted.
        with ExitStack() as releases:
            for project, lock in self.held.items():
                releases.callback(self._release, project, lock)

    def _release(self, project: str, lock: Lock | FileLock) -> None:
        try:
            lock.release()
        except (DssdslError, OSError) as trouble:
            # Not worth failing for: nobody waits longer than the lease. With its project it is gone.
            if not project or self._is_there(project):
                self.listen(
                    Note(
                        f"{lock.what} stays locked for {self.me.lease:.0f} s more: releasing the lock failed ({trouble})"
                    )
                )

    def _is_there(self, project: str) -> bool:
        try:
            return project in self.context.session.project_keys
        except DssdslError:
            return True  # DSS does not answer: as far as we know

    def take(self, project: str, *, commit_others: bool = False) -> None:
        """
        Lock a project that exists.

        Args:
            project: Its key.
            commit_others: Whether it may hold uncommitted changes of other users.

        Raises:
            Locked: Somebody else holds the lock, and the time to wait is over.
            Refused: Other users have uncommitted changes, which DSS would commit with ours.
        """
        records = self.context.store.lock_records(project)
        journal = self.context.journal_path
        seen = SightingFile(journal.with_name(f"{journal.stem}-{project}.seen"))
        what = f"project {project}"
        self._acquire(project, Lock(records, self.me, what, first_seen=seen.first_seen))
        if not commit_others and self.context.session.git(project).mode() == EXPLICIT:
            refuse_uncommitted(self.context, project)

    def _acquire(self, name: str, lock: Lock | FileLock) -> None:
        lock.acquire(
            self.context.settings.lock_timeout,
            lambda other: self.listen(Note(f"waiting for {other}")),
        )
        self.held[name] = lock

    def check(self, project: str, fresh: float = FRESH) -> None:
        """
        Make sure that the lock of *project* is still held.

        Args:
            project: Its key.
            fresh: Seconds for which the last look at the lock counts; 0 looks now.

        Raises:
            Locked: It is lost.
        """
        if project in self.held:
            self.held[project].check(fresh)

    def created(self, project: str) -> None:
        """
        Lock a project that was just created, and announce what is created in it.

        Raises:
            DssdslError: Why it cannot be locked; `explain` raises it once more.
        """
        try:
            self.take(project, commit_others=True)
        except DssdslError as error:
            if not isinstance(error, (Denied, Locked)):
                error.problem = (
                    f"project {project} is created and cannot be locked: {error.problem}"
                )
            self.unlocked = error
            raise
        self.on_created(project)

    def explain(self, result: Result) -> None:
        """
        Raise the reason why a project could not be created, if it is not the project's own.

        Raises:
            CreatedElsewhere: Somebody else created it meanwhile.
            DssdslError: This run created it, and could not lock it; the journal keeps that for the next run.
        """
        if self.unlocked:
            raise self.unlocked
        unmade = [key for key in result.failed if key.kind == PROJECT and key not in self.held]
        if unmade:
            self.context.session.forget_projects()
        for project in unmade:
            if project in self.context.session.project_keys:
                other = holder(self.context.store.lock_records(project))
                by = f" by {other}" if other else ""
                raise CreatedElsewhere(
                    f"project {project} was created meanwhile{by}",
                    fix="run it again: the plan will show it",
                )


def refuse_uncommitted(context: Context, project: str) -> None:
    """
    Check that a commit would not include changes of other users.

    What the last operation wrote, and could not commit because it was cut off, is not of others.

    Raises:
        Refused: It would include some.
    """
    files = context.session.git(project).uncommitted()
    if files is None:
        return
    others = left_by_others(context, project, files)
    if not others:
        return
    names = ", ".join(others[:TOLD]) + (" …" if len(others) > TOLD else "")
    raise Refused(
        f"project {project} has uncommitted changes of other users, which would be committed too: {names}",
        fix="commit them in DSS (the project's version control), or pass --commit-others",
    )


def wait_for_others(context: Context, projects: Iterable[str]) -> bool:
    """
    Wait until nobody deploys *projects*, which have no state yet.

    Returns:
        Whether they have a state now, so that the plan must be made again.

    Raises:
        Locked: The time to wait is over.
    """
    end, me = time.monotonic() + context.settings.lock_timeout, Holder.here("", "")
    for project in projects:
        told = ""
        while by := holder(context.store.lock_records(project)):
            if by.dead or (by.pid_space, by.pid) == (me.pid_space, me.pid):
                break
            if time.monotonic() >= end:
                raise Locked(
                    f"project {project} is locked by {by}",
                    fix="wait longer with --lock-timeout, or run dssdsl state unlock if that deployment is dead",
                )
            if told != by.nonce:
                told = by.nonce
                context.tell(f"waiting for {by}")
            time.sleep(POLL[0])
    # A copy of a project contains a copy of its state, which doesn't count.
    found = ((project, context.store.read(project)) for project in projects)
    host = context.settings.host
    return any(each is not None and each.belongs_to(project, host) for project, each in found)
