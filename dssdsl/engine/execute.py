"""Runs a plan: workers, events, and what to do when a step fails or the user stops it."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial

from attrs import define, field, frozen

from dssdsl.errors import Cancelled, DssdslError, Locked, StepsFailed
from dssdsl.lang.graph import Graph
from dssdsl.lang.keys import PROJECT, Key
from dssdsl.lang.program import Program
from dssdsl.plan.causes import Cause
from dssdsl.plan.events import Done, Failed, Listener, Note, Skipped, Started
from dssdsl.plan.steps import Plan, Step
from dssdsl.state.snapshot import Attempt, Entry

from .policies import run_hooks
from .renames import Rename
from .schedule import Schedule, Task
from .write import Writer

WORKER = "dssdsl worker"
"""The name of the threads that run steps."""
AWAITED = 4
"""Steps that the message about a stop names."""
LOOK = 0.2
"""Seconds between two looks whether to stop."""


@frozen
class Result:
    """
    The result of running a plan.

    Attributes:
        done: Keys of steps that succeeded.
        failed: Step key → error.
        skipped: Step key → why it did not start, or did not end.
        entries: By key: what the state shall hold; None for what is gone.
        pending: Creations that were sent and not answered, or whose result was not read yet.
        interrupted: Whether the user stopped it.
        renamed: By project: the renames that were done, in order.
    """

    done: tuple[Key, ...] = ()
    failed: Mapping[Key, DssdslError] = field(factory=dict)
    skipped: Mapping[Key, str] = field(factory=dict)
    entries: Mapping[Key, Entry | None] = field(factory=dict)
    pending: Mapping[Key, Attempt] = field(factory=dict)
    interrupted: bool = False
    renamed: Mapping[str, Sequence[Rename]] = field(factory=dict)


@define
class Executor:
    """
    Runs one plan.

    Attributes:
        plan: The plan.
        graph: What the program declares.
        writer: Sends the requests; its ledger records them.
        listen: Called with what happens.
        parallel: Tasks at once.
        go_on: Whether a step that fails stops only what needs it.
        program: Whose hooks run around the steps.
        stop: Once set, nothing new starts; running steps end.
    """

    plan: Plan
    graph: Graph
    writer: Writer
    listen: Listener
    parallel: int = 8
    go_on: bool = False
    program: Program | None = None
    stop: threading.Event = field(factory=threading.Event)
    _started: dict[Key, float] = field(factory=dict)
    _pieces: Counter[Key] = field(factory=Counter)
    _lock: threading.Lock = field(factory=threading.Lock)

    def run(self) -> Result:
        """
        Run the steps, several at once, each after what it needs.

        A step that fails stops new work, or, with `go_on`, only what needs it; the result's
        entries record the steps that ended.
        """
        resolver, ledger = self.writer.resolver, self.writer.ledger
        ledger.ids = resolver.ids = dict(resolver.ids)
        schedule = Schedule.of(self.plan, self.graph)
        left = Counter(key for key, _ in schedule.tasks)
        self._pieces = left.copy()
        failed: dict[Key, DssdslError] = {}
        running: dict[Future[None], Task] = {}
        announced = False
        pool = ThreadPoolExecutor(self.parallel, thread_name_prefix=WORKER)
        try:
            while True:
                while self.may_start(failed) and schedule.ready and len(running) < self.parallel:
                    task = schedule.take()
                    running[pool.submit(self.do, task)] = task
                if not running:
                    break
                try:
                    ended, _ = wait(running, LOOK, return_when=FIRST_COMPLETED)
                except KeyboardInterrupt:
                    if self.stop.is_set():
                        raise
                    self.stop.set()
                    ended = set()
                if self.stop.is_set() and not announced:
                    announced = True
                    self.listen(Note(stopping(task.step for task in running.values())))
                for future in ended:
                    task = running.pop(future)
                    error = future.exception()
                    if error is None:
                        schedule.did(task)
                        left[task.step.key] -= 1
                        if not left[task.step.key]:
                            self.ended(task)
                    elif isinstance(error, DssdslError):
                        schedule.failed(task)
                        failed[task.step.key] = named(error, task.step)
                        self.listen(
                            Failed(
                                task.step, time.monotonic() - self._started[task.step.key], error
                            )
                        )
                    else:
                        raise error
        finally:
            # After a second Ctrl-C nobody waits: the journal lists the writes that began.
            pool.shutdown(wait=False, cancel_futures=True)
        stopped = self.stop.is_set() and bool(schedule.ready or schedule.waiting)
        skipped = self.skipped(schedule, failed, interrupted=stopped)
        whole = [s.key for s in self.plan.steps if not left[s.key]]
        return Result(
            tuple(whole),
            failed,
            skipped,
            dict(ledger.entries),
            dict(ledger.pending),
            stopped,
            ledger.renamed,
        )

    def may_start(self, failed: Mapping[Key, DssdslError]) -> bool:
        """Whether new work may start: not after a stop, and not without the lock."""
        if self.stop.is_set():
            return False
        return not failed or (
            self.go_on and not any(isinstance(error, Locked) for error in failed.values())
        )

    def ended(self, task: Task) -> None:
        """Report that a step is done: all of its tasks are."""
        key = task.step.key
        self.listen(
            Done(
                task.step,
                time.monotonic() - self._started[key],
                tuple(self.writer.ledger.notes.get(key, ())),
            )
        )

    def skipped(
        self, schedule: Schedule, failed: Mapping[Key, DssdslError], *, interrupted: bool
    ) -> dict[Key, str]:
        """Why each step that did not start, or did not end, was skipped."""
        first = next(iter(failed), None)
        stopped = "interrupted" if interrupted or first is None else f"{first.label} failed"
        out: dict[Key, str] = {}
        for id, task in schedule.tasks.items():
            step = task.step
            if step.key in failed or step.key in out:
                continue
            if id in schedule.lost:
                out[step.key] = f"{schedule.lost[id].label} failed"
            elif id in schedule.waiting or id in schedule.ready:
                out[step.key] = stopped
            else:
                continue
            self.listen(Skipped(step, out[step.key], begun=step.key in self._started))
        return out

    # -- one task ----------------------------------------------------------------------------

    def do(self, task: Task) -> None:
        """Do one task, in a worker; the hooks of its step run before its first and after its last."""
        step = task.step
        with self._lock:
            first = step.key not in self._started
            self._started.setdefault(step.key, time.monotonic())
        if first:
            self.listen(Started(step))
            if step.cause is not Cause.WITH_PROJECT:
                self.run_hooks("before", step)
            for inner in self.plan.steps:
                # DSS deletes these with their project: after that their hooks would find nothing.
                if (
                    step.kind == PROJECT
                    and inner.project == step.project
                    and inner.cause is Cause.WITH_PROJECT
                ):
                    self.run_hooks("before", inner)
        self.writer.do(task)
        with self._lock:
            self._pieces[step.key] -= 1
            last = not self._pieces[step.key]
        if last:
            self.run_hooks("after", step)

    def run_hooks(self, when: str, step: Step) -> None:
        """Run the program's own functions around a step."""
        if self.program is None:
            return
        if hooks := [hook for hook in self.program.hooks[when] if hook.is_for(step)]:
            act = partial(run_hooks, when, hooks, step, self.writer.dss, self.program)
            if when == "before":
                self.writer.around(step, act)
            else:
                act()


def named(error: DssdslError, step: Step) -> DssdslError:
    """The error of a step, which names its resource and its place in the program."""
    if not re.search(rf"(?<!\w){re.escape(step.label)}(?!\w)", error.problem):
        error.problem = f"{step.label}: {error.problem}"
    error.at = error.at or step.source or None
    return error


def stopping(running: Iterable[Step]) -> str:
    """What a stop waits for, and what the next one does."""
    labels = list(dict.fromkeys(step.label for step in running))
    more = f" and {len(labels) - AWAITED} more" if len(labels) > AWAITED else ""
    waits = f"waiting for {', '.join(labels[:AWAITED])}{more}" if labels else "nothing is running"
    return f"stopping: {waits}; nothing new starts. Press Ctrl-C again to stop without waiting: the next run finds out what DSS did"


def raise_if_failed(result: Result) -> None:
    """
    Raise the error of a run that did not succeed.

    Raises:
        StepsFailed: Steps failed.
        Cancelled: The user stopped it.
    """
    if result.failed:
        raise StepsFailed(list(result.failed.values()))
    if result.interrupted:
        raise Cancelled("stopped; the finished steps are recorded", fix="run it again to continue")
