"""The commands of dssdsl for Python: a program, its stack, and what to do with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, setters

from dssdsl.deployment.context import Context, agreed, ignore

if TYPE_CHECKING:
    from dssdsl.deployment.git_rollback import Reverts
    from dssdsl.deployment.history import Deployed
    from dssdsl.deployment.prepare import Prepared
    from dssdsl.deployment.run import Deployment
    from dssdsl.deployment.saved_plan import Saved
    from dssdsl.deployment.state_commands import StateCommands
    from dssdsl.lang.graph import Graph
    from dssdsl.plan.events import Event
    from dssdsl.plan.options import Options
    from dssdsl.plan.steps import Plan
    from dssdsl.state.snapshot import Snapshot, Unfinished


@define(slots=False, eq=False, repr=False, on_setattr=setters.NO_OP)
class Workspace(Context):
    """
    A program and one stack, and all that the command line can do with them.

    Args:
        path: The program's file, or its folder.
        stack: The stack's name; left out, as `dssdsl.settings` chooses.
        config: Config values that count before the stack's.
        emulator: A DSS in this process to use instead of the stack's own.
        parallel: Requests at once; left out, the stack's.
        lock_timeout: Seconds to wait for a deployment of somebody else; left out, the stack's.
    """

    @property
    def state(self) -> StateCommands:
        """The commands on the recorded state: ``workspace.state.list()``."""
        from dssdsl.deployment.state_commands import StateCommands

        return StateCommands(self)

    @property
    def graph(self) -> Graph:
        """The program's resources, and what each needs; raises ProgramErrors with all errors of the program."""
        return self.loaded[1]

    # -- state -------------------------------------------------------------------------------

    def snapshots(self, projects: Iterable[str]) -> dict[str, Snapshot]:
        """
        Read the recorded state of *projects*, and of those deployed with them, by project.

        Raises:
            Refused: A project belongs to another program or stack.
        """
        from dssdsl.deployment import ownership

        return ownership.snapshots(self, projects)

    # -- planning ----------------------------------------------------------------------------

    def prepare(
        self, options: Options | None = None, *, whole: bool = False, judged: bool = True
    ) -> Prepared:
        """
        Plan what `up` would do, with all that running it takes.

        Args:
            options: What the user asked for.
            whole: Read every managed object, even if its version is unchanged; such a plan is never run.
            judged: Whether the program's policies see a plan that does something.

        Raises:
            ProgramErrors: Everything that is wrong with the program, or forbidden.
        """
        from dssdsl.deployment import ownership, rollback
        from dssdsl.deployment.prepare import prepare
        from dssdsl.plan.options import Options

        options = options or Options()
        if options.destroy and ownership.declared(self) is None:
            return rollback.prepare_destroy(self, options)
        return prepare(self, options, whole=whole, judged=judged)

    def preview(self, options: Options | None = None) -> Plan:
        """Plan what `up` would do, and change nothing."""
        return self.prepare(options).plan

    def up(
        self,
        options: Options | None = None,
        *,
        agree: Callable[[Plan], bool] | None = None,
        listen: Callable[[Event], None] | None = None,
    ) -> Deployment:
        """
        Bring DSS in line with the program.

        Args:
            options: What the user asked for.
            agree: Called with a plan that does something; a no cancels.
            listen: Called with what happens.

        Raises:
            Cancelled: The user said no, or stopped it.
            StepsFailed: Steps failed; the finished ones are recorded.
        """
        from dssdsl.errors import Cancelled

        prepared = self.prepare(options)
        if prepared.plan and not (agree or agreed)(prepared.plan):
            raise Cancelled("nothing was changed")
        return self.run(prepared, listen, agree)

    def destroy(
        self,
        options: Options | None = None,
        *,
        agree: Callable[[Plan], bool] | None = None,
        listen: Callable[[Event], None] | None = None,
    ) -> Deployment:
        """Delete what the program deployed."""
        from dssdsl.plan.options import Options

        return self.up(evolve(options or Options(), destroy=True), agree=agree, listen=listen)

    def refresh(self, prepared: Prepared | None = None) -> dict[str, int]:
        """
        Update the recorded state from DSS.

        DSS is not changed; the next `up` still applies the program.

        Args:
            prepared: What `prepare(whole=True)` has read already.

        Returns:
            How many places were updated, by resource label.
        """
        from dssdsl.deployment.refresh import refresh

        return refresh(self, prepared or self.prepare(whole=True))

    # -- past deployments ------------------------------------------------------------------------

    def history(self, limit: int | None = None, damaged: list[str] | None = None) -> list[Deployed]:
        """
        List the deployments, the newest first.

        Args:
            limit: How many; by default all.
            damaged: Gets what cannot be read, in words; by default that is an error.
        """
        from itertools import islice

        from dssdsl.deployment.history import Unreadable, deployments

        unreadable: list[Unreadable] = []
        past = deployments(self, None if damaged is None else unreadable)
        found = list(islice(past, limit))
        if damaged is not None:
            damaged += map(str, unreadable)
        return found

    def cut_off(self) -> tuple[Unfinished, bool] | None:
        """The operation that is running, or was cut off, and whether it is still running; None where there is none."""
        from dssdsl.deployment import history

        return history.cut_off(self)

    def deployment(self, number: int) -> tuple[Deployed, Plan]:
        """
        A deployment of the history, and what it changed.

        Raises:
            NotFound: There is no such deployment.
        """
        from dssdsl.deployment import history

        return history.shown(self, number)

    def diff(self, number: int, other: int | None = None) -> Plan:
        """What differs between a deployment and another one, or the current one; the plan is not to be run."""
        from dssdsl.deployment import history

        return history.diff(self, number, other)

    def steps_back(self, steps: int = 1) -> int:
        """The number of the deployment *steps* before the current one."""
        from dssdsl.deployment import history

        return history.steps_back(self, steps).number

    def prepare_rollback(self, number: int, options: Options | None = None) -> Prepared:
        """
        Plan how to go to a deployment of the history, back or forward.

        Raises:
            NotFound: There is no such deployment.
            ProgramErrors: Somebody changed in DSS what is deployed, or a rule forbids it.
        """
        from dssdsl.deployment import rollback

        return rollback.roll_back(self, number, options)

    def rollback(
        self,
        steps: int = 1,
        *,
        to: int | None = None,
        options: Options | None = None,
        agree: Callable[[Plan], bool] | None = None,
        listen: Callable[[Event], None] | None = None,
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
        if prepared.plan and not (agree or agreed)(prepared.plan):
            raise Cancelled("nothing was changed")
        return self.run(prepared, listen, agree)

    def prepare_git_rollback(self, number: int) -> Reverts:
        """Find the commits that DSS's own Git would undo to go back to a deployment."""
        from dssdsl.deployment import git_rollback

        return git_rollback.prepare(self, number)

    def git_rollback(self, found: Reverts, listen: Callable[[Event], None] | None = None) -> int:
        """Have DSS's own Git revert the projects; gives the number of the new deployment."""
        from dssdsl.deployment import git_rollback

        return git_rollback.revert(self, found, listen or ignore)

    def drift(self) -> Plan:
        """
        Read all managed objects, and find changes made in DSS since the last deployment.

        The plan is not to be run: its steps would undo those changes.
        """
        from dssdsl.plan.changes import DRIFT

        return self.prepare(whole=True).plan.only(DRIFT)

    def verify(self) -> Plan:
        """Read back all that was deployed; the steps of the plan are what differs."""
        from dssdsl.deployment import rollback

        return rollback.verify(self).plan

    # -- saved plans -------------------------------------------------------------------------

    def save(self, prepared: Prepared, path: Path) -> None:
        """
        Write a plan to a file.

        Raises:
            ProgramError: The file cannot be written.
        """
        from dssdsl.deployment import saved_plan as saved
        from dssdsl.errors import ProgramError

        try:
            path.write_text(saved.save(self, prepared).dumps(), encoding="utf-8")
        except OSError as error:
            raise ProgramError(
                f"the plan cannot be saved: {error.strerror}",
                at=str(path),
                fix="choose another file",
            ) from None

    def prepare_saved(self, plan: Path | Saved, going: Options | None = None) -> Prepared:
        """
        Make a saved plan ready to run, if nothing has changed since.

        Args:
            plan: The plan, or its file.
            going: How to run it; the plan says what to do.

        Raises:
            ProgramError: It is not a plan, is for something else, or the program has changed.
            ProgramErrors: What has changed, object by object.
        """
        from dssdsl.deployment import saved_plan as saved

        return saved.prepare(self, saved.load(plan) if isinstance(plan, Path) else plan, going)

    # -- running -----------------------------------------------------------------------------

    def run(
        self,
        prepared: Prepared,
        listen: Callable[[Event], None] | None = None,
        agree: Callable[[Plan], bool] | None = None,
    ) -> Deployment:
        """
        Run a plan under lock, record what it did, and tag it in the projects' Git.

        Args:
            prepared: The plan.
            listen: Called with what happens.
            agree: Called with the new plan where somebody deployed after this one was made.
        """
        from dssdsl.deployment.run import deploy

        return deploy(self, prepared, listen or ignore, agree or agreed)

    # -- what came of it ---------------------------------------------------------------------

    def outputs(self, prepared: Prepared) -> dict[str, Any]:
        """What the program exports, as far as it is known."""
        from dssdsl.deployment.prepare import exported

        return exported(prepared)
