"""A program and the stack that it is deployed to: what the command line does, for Python."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field

from dssdsl.errors import Refused
from dssdsl.hidden import Hidden, hiding
from dssdsl.settings import Settings
from dssdsl.settings import load as load_settings
from dssdsl.settings import target as program_target

if TYPE_CHECKING:
    from dssdsl.deployment.git_rollback import Reverts
    from dssdsl.deployment.history import Deployed
    from dssdsl.deployment.prepare import Prepared
    from dssdsl.deployment.run import Deployment
    from dssdsl.deployment.saved_plan import Saved
    from dssdsl.dss.session import Session
    from dssdsl.lang.graph import Graph
    from dssdsl.lang.program import Program
    from dssdsl.plan.events import Event
    from dssdsl.plan.options import Options
    from dssdsl.plan.steps import Plan
    from dssdsl.state.snapshot import Snapshot
    from dssdsl.state.stores import Store


def ignore(event: Event) -> None:
    """Listen to nothing."""


def untold(text: str) -> None:
    """Tell nobody."""


def agreed(plan: Plan) -> bool:  # noqa: ARG001 - what is asked
    """Agree to everything."""
    return True


@define(slots=False)
class Workspace:
    """
    A program, and one stack.

    Args:
        path: The program's file, or its folder.
        stack: The stack's name; left out, as `dssdsl.settings` chooses.
        config: Config values that count before the stack's.
        emulator: A DSS in this process to use instead of the stack's own.
        parallel: Requests at once; left out, the stack's.
        lock_timeout: Seconds to wait for somebody else who deploys the same; left out, the stack's.
    """

    path: Path = field(converter=Path)
    stack: str | None = None
    config: Mapping[str, str] = field(factory=dict)
    emulator: Any = None
    parallel: int | None = None
    lock_timeout: float | None = None
    hidden: Hidden = field(factory=hiding, init=False)
    """The secrets of the program and of the stack: no message shows them."""
    stop: threading.Event = field(factory=threading.Event, init=False)
    """Set it, and a running deployment starts nothing new, records what it did, and raises Cancelled."""
    tell: Callable[[str], None] = field(default=untold, init=False)
    """Called with what takes long before there is a plan, such as that somebody else is waited for."""
    _opened: list[Any] = field(factory=list, init=False)

    @cached_property
    def file(self) -> Path:
        """The program's file."""
        from dssdsl.settings import default_program

        path = self.path
        return default_program(path) if path.is_dir() else path

    @cached_property
    def settings(self) -> Settings:
        """The stack, all defaults filled in."""
        settings = load_settings(self.file, self.stack, self.config)
        if self.parallel is not None:
            settings = evolve(settings, parallel=self.parallel)
        if self.lock_timeout is not None:
            settings = evolve(settings, lock_timeout=self.lock_timeout)
        return settings

    @cached_property
    def loaded(self) -> tuple[Program, Graph]:
        """
        What the program declares.

        Raises:
            Faults: Everything that is wrong with it.
        """
        from dssdsl import frontends

        with self.hidden.active():
            return frontends.load(self.file, program_target(self.settings))

    @cached_property
    def session(self) -> Session:
        """The connection to the stack's DSS; for a stack without one, its emulator, wherever it runs."""
        from dssdsl.dss.session import Session
        from dssdsl.embedded import emulator_of
        from dssdsl.emulator import InProcess, Loopback, Running

        settings = self.settings
        emulator = self.emulator
        if emulator is None and settings.emulator is not None:
            opened = emulator_of(settings)
            if isinstance(opened, Running):
                session = Session(
                    opened.url, settings.key(), adapter=Loopback(), hidden=self.hidden
                )
                session.on_emulator = settings.name
                return session
            emulator = opened
            self._opened.append(emulator)
        if emulator is None:
            return Session(
                settings.host,
                settings.key(),
                verify=settings.verify,
                timeout=settings.timeout,
                key_from=settings.variable,
                hidden=self.hidden,
            )
        key = settings.key() if self.emulator is None else next(iter(emulator.keys))
        session = Session(settings.host, key, adapter=InProcess(emulator), hidden=self.hidden)
        session.on_emulator = settings.name
        return session

    def close(self) -> None:
        """Close what was opened; an emulator writes what it still holds."""
        if "session" in self.__dict__:
            self.session.close()
        while self._opened:
            self._opened.pop().close()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def program_name(self) -> str:
        """What snapshots call the program: its folder's name, or its file's if that says more."""
        stem = self.file.stem
        return self.file.absolute().parent.name if stem == "project" else stem

    @cached_property
    def store(self) -> Store:
        """Where snapshots live."""
        from dssdsl.state.stores.opening import opened

        return opened(self.settings, lambda: self.session)

    @cached_property
    def journal_path(self) -> Path:
        """Where a running deployment is logged."""
        return (
            self.settings.folder
            / ".dssdsl"
            / "journal"
            / f"{self.program_name}-{self.settings.name}.jsonl"
        )

    # -- state -------------------------------------------------------------------------------

    def snapshots(self, projects: list[str]) -> dict[str, Snapshot]:
        """
        The snapshots of *projects*, and of those that they name; what a cut-off deployment did laid over them.

        Raises:
            Refused: One belongs to another program or stack.
        """
        from dssdsl.state.journal import Journal

        found: dict[str, Snapshot] = {}
        queue = list(projects)
        while queue:
            project = queue.pop(0)
            if project in found:
                continue
            snapshot = self.store.read(project)
            if snapshot is None or not self.ours(snapshot, project):
                continue
            found[project] = snapshot
            queue += [p for p in snapshot.projects if p not in found]
        Journal(self.journal_path).replay(found)
        return found

    def ours(self, snapshot: Snapshot, project: str) -> bool:
        """Whether a snapshot is of this deployment; a copy that came with a duplicated project is not."""
        if snapshot.project_key != project or snapshot.host.rstrip(
            "/"
        ) != self.settings.host.rstrip("/"):
            return False
        if snapshot.program != self.program_name or snapshot.stack != self.settings.name:
            raise Refused(
                f'project {project} is deployed by program "{snapshot.program}", stack "{snapshot.stack}"',
                fix=f'this is program "{self.program_name}", stack "{self.settings.name}": deploy to another project key',
            )
        return True

    # -- planning ----------------------------------------------------------------------------

    def prepare(
        self, options: Options | None = None, *, whole: bool = False, judged: bool = True
    ) -> Prepared:
        """
        Work out what `up` would do, with all that doing it takes.

        Args:
            options: What the user asked for.
            whole: Read every managed object, whatever its version says; nothing is to be done then.
            judged: Whether the program's policies are asked, where something is to be done.

        Raises:
            Faults: Everything that is wrong with the program, or forbidden.
        """
        from dssdsl.deployment.prepare import config_hash
        from dssdsl.engine.policies import judge
        from dssdsl.plan.options import Options

        options = options or Options()
        program, graph = self.loaded
        prepared = self.planned(
            program, graph, options, lambda: self.prepare(options, whole=whole), whole=whole
        )
        said = judge(prepared.plan, program) if judged and not whole else ()
        notes = (*program.warnings, *prepared.plan.notes, *said)
        return evolve(
            prepared,
            plan=evolve(prepared.plan, notes=notes, config_hash=config_hash(program)),
            operation="destroy" if options.destroy else "up",
        )

    def planned(
        self,
        program: Program,
        graph: Graph,
        options: Options,
        again: Callable[[], Prepared],
        *,
        projects: Collection[str] = (),
        whole: bool = False,
    ) -> Prepared:
        """
        Read what DSS holds, and plan what makes it as a program says, wherever that comes from.

        Args:
            program: What declares it.
            graph: Who needs whom in it.
            options: What the user asked for.
            again: Does the same anew.
            projects: Projects whose state counts too.
            whole: Read every managed object, whatever its version says.
        """
        from dssdsl.deployment.prepare import planned

        return planned(self, program, graph, options, again, projects=projects, whole=whole)

    def preview(self, options: Options | None = None) -> Plan:
        """Work out what `up` would do, and do none of it."""
        return self.prepare(options).plan

    def up(
        self,
        options: Options | None = None,
        *,
        agree: Callable[[Plan], bool] = agreed,
        listen: Callable[[Event], None] = ignore,
    ) -> Deployment:
        """
        Make DSS as the program says.

        Args:
            options: What the user asked for.
            agree: Called with a plan that does something; a no cancels.
            listen: Called with what happens.

        Raises:
            Cancelled: The user said no, or stopped it.
            StepsFailed: Steps failed; what was done is recorded.
        """
        from dssdsl.errors import Cancelled

        prepared = self.prepare(options)
        if prepared.plan and not agree(prepared.plan):
            raise Cancelled("nothing was changed")
        return self.run(prepared, listen, agree)

    def destroy(
        self,
        options: Options | None = None,
        *,
        agree: Callable[[Plan], bool] = agreed,
        listen: Callable[[Event], None] = ignore,
    ) -> Deployment:
        """Delete what the program deployed."""
        from dssdsl.plan.options import Options

        return self.up(evolve(options or Options(), destroy=True), agree=agree, listen=listen)

    def refresh(self, prepared: Prepared | None = None) -> dict[str, int]:
        """
        Take what DSS holds now for what was deployed last: the next plan starts from there.

        What the program says is not changed: where DSS differs from it, the next `up` puts it back.

        Args:
            prepared: What was read for it already, with `prepare(whole=True)`.

        Returns:
            How many places were taken over, by resource label.
        """
        from dssdsl.deployment.refresh import refresh

        return refresh(self, prepared or self.prepare(whole=True))

    # -- what was deployed before ------------------------------------------------------------

    def history(self, limit: int | None = None, damaged: list[str] | None = None) -> list[Deployed]:
        """
        List the deployments, the newest first.

        Args:
            limit: How many; left out, all.
            damaged: Gets what cannot be read, in words; left out, that is an error.
        """
        from itertools import islice

        from dssdsl.deployment.history import deployments

        return list(islice(deployments(self, damaged), limit))

    def deployment(self, number: int) -> tuple[Deployed, Plan]:
        """
        Give a deployment of the history, and what it changed.

        Raises:
            NotFound: There is none of that number.
        """
        from dssdsl.deployment import history

        return history.shown(self, number)

    def diff(self, number: int, other: int | None = None) -> Plan:
        """What differs between a deployment and another one, or what is deployed now; nobody runs it."""
        from dssdsl.deployment import history

        return history.diff(self, number, other)

    def steps_back(self, steps: int = 1) -> int:
        """The number of the deployment so many steps before what is deployed now."""
        from dssdsl.deployment import history

        return history.steps_back(self, steps).number

    def prepare_rollback(self, number: int, options: Options | None = None) -> Prepared:
        """
        Work out how to go to a deployment of the history, back or forward.

        Raises:
            NotFound: There is none of that number.
            Faults: Somebody changed in DSS what was deployed since, or a rule forbids it.
        """
        from dssdsl.deployment import rollback

        return rollback.prepare(self, number, options)

    def rollback(
        self,
        steps: int = 1,
        *,
        to: int | None = None,
        options: Options | None = None,
        agree: Callable[[Plan], bool] = agreed,
        listen: Callable[[Event], None] = ignore,
    ) -> Deployment:
        """
        Go back to an earlier deployment; data stays.

        Args:
            steps: How many deployments.
            to: The deployment to go to, instead.
            options: What the user asked for.
            agree: Called with a plan that does something; a no cancels.
            listen: Called with what happens.
        """
        from dssdsl.errors import Cancelled

        prepared = self.prepare_rollback(to or self.steps_back(steps), options)
        if prepared.plan and not agree(prepared.plan):
            raise Cancelled("nothing was changed")
        return self.run(prepared, listen, agree)

    def prepare_git_rollback(self, number: int) -> Reverts:
        """Look what DSS's own Git would undo to go back to a deployment."""
        from dssdsl.deployment import git_rollback

        return git_rollback.prepare(self, number)

    def git_rollback(self, found: Reverts, listen: Callable[[Event], None] = ignore) -> int:
        """Have DSS's own Git revert the projects; gives the number of the deployment that it is."""
        from dssdsl.deployment import git_rollback

        return git_rollback.revert(self, found, listen)

    def verify(self) -> Plan:
        """Read back all that was deployed; the steps are what differs, and would put it back."""
        from dssdsl.deployment import rollback

        return rollback.verify(self).plan

    # -- saved plans -------------------------------------------------------------------------

    def save(self, prepared: Prepared, path: Path) -> None:
        """Write a plan to a file."""
        from dssdsl.deployment import saved_plan as saved

        path.write_text(saved.save(self, prepared).dumps(), encoding="utf-8")

    def prepare_saved(self, plan: Path | Saved, going: Options | None = None) -> Prepared:
        """
        Make a saved plan ready to be run, if nothing has moved since.

        Args:
            plan: The plan, or its file.
            going: How to run it; what to do, the plan says.

        Raises:
            ProgramError: It is none, is for something else, or the program is another one.
            Faults: What has moved, object by object.
        """
        from dssdsl.deployment import saved_plan as saved

        return saved.prepare(self, saved.load(plan) if isinstance(plan, Path) else plan, going)

    # -- running -----------------------------------------------------------------------------

    def run(
        self,
        prepared: Prepared,
        listen: Callable[[Event], None] = ignore,
        agree: Callable[[Plan], bool] = agreed,
    ) -> Deployment:
        """
        Run a plan under lock, record what it did, and name it in the projects' Git.

        Args:
            prepared: The plan.
            listen: Called with what happens.
            agree: Called with the new plan where somebody deployed after this one was made.
        """
        from dssdsl.deployment.run import deploy

        return deploy(self, prepared, listen, agree)

    # -- what came of it ---------------------------------------------------------------------

    def outputs(self, prepared: Prepared) -> dict[str, Any]:
        """What the program exports, as far as it is known."""
        from dssdsl.deployment.prepare import exported

        return exported(prepared)
