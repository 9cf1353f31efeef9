"""The commands on the recorded state alone; DSS's objects stay as they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from dssdsl.errors import Cancelled, NotFound, ProgramError
from dssdsl.lang.keys import Key
from dssdsl.lang.model import OneOrMany, many
from dssdsl.state.holder import Holder
from dssdsl.state.repair import Repair
from dssdsl.state.snapshot import Entry, Snapshot

from . import moved_store, ownership, state_edits, state_repair
from .context import agreed, ignore

if TYPE_CHECKING:
    from dssdsl.plan.events import Event

    from .context import Context
    from .moved_store import Move
    from .state_edits import Edit

Agree = Callable[["Edit"], bool]
Listen = Callable[["Event"], None]


@frozen
class StateCommands:
    """
    The commands ``dssdsl state …``, by the same names.

    Each that changes the state is a deployment of its own: it takes the locks, and history has it.
    *agree* sees what it will do before it does; a no raises Cancelled.

    Args:
        context: The program and its stack.
        commit_others: Whether to commit other users' pending changes too, in projects in explicit commit mode.
    """

    context: Context
    commit_others: bool = False

    def list(self) -> dict[str, Snapshot]:
        """The recorded state, by project."""
        return state_edits.read(self.context)

    def show(self, name: str) -> tuple[Key, Entry]:
        """
        The entry of one resource.

        Args:
            name: Its key, with or without the project, or its bare name.

        Raises:
            NotFound: The state has no such resource.
        """
        found = state_edits.find(self.list(), name)
        if found is None:
            raise NotFound(
                f'the state has no "{name}"', fix="run dssdsl state list to see the keys"
            )
        return found

    def rename(self, old: str, new: str, agree: Agree = agreed, listen: Listen = ignore) -> int:
        """Record that a resource was renamed in DSS; gives the number of the deployment."""
        return self._make(state_edits.rename(self.context, old, new), agree, listen)

    def forget(self, names: OneOrMany[str], agree: Agree = agreed, listen: Listen = ignore) -> int:
        """Remove resources from the state; they stay in DSS."""
        return self._make(state_edits.forget(self.context, many(names)), agree, listen)

    def protect(self, names: OneOrMany[str], agree: Agree = agreed, listen: Listen = ignore) -> int:
        """Refuse to delete resources."""
        change = state_edits.set_protected(self.context, many(names), protect=True)
        return self._make(change, agree, listen)

    def unprotect(
        self, names: OneOrMany[str], agree: Agree = agreed, listen: Listen = ignore
    ) -> int:
        """Allow deleting protected resources again."""
        change = state_edits.set_protected(self.context, many(names), protect=False)
        return self._make(change, agree, listen)

    def claim(self, agree: Agree = agreed, listen: Listen = ignore) -> int:
        """
        Make the program and its stack the owner of its projects' state.

        Raises:
            NotFound: No project of the program has a state.
        """
        return self._make(state_edits.claim(self.context), agree, listen)

    def pull(self, project: str | None = None) -> str:
        """
        The state of a project as it is stored, even if it is damaged.

        Args:
            project: Its key; may be left out if the program has one project.

        Raises:
            NotFound: The project has no state.
            ProgramError: The program has several projects.
        """
        keys = [project] if project else ownership.known(self.context)
        if len(keys) > 1:
            raise ProgramError(
                f"the program has several projects: {', '.join(keys)}", fix="pass --project KEY"
            )
        if not keys:
            raise NotFound("nothing was deployed yet", fix="pass --project KEY")
        key = keys[0]
        text = self.context.store.text(key)
        if text is None:
            raise NotFound(f"project {key} has no state", fix="run dssdsl up to create it")
        return text

    def push(
        self, file: Path, *, force: bool = False, agree: Agree = agreed, listen: Listen = ignore
    ) -> int:
        """
        Replace the state of a project with a file that `pull` printed.

        Raises:
            ProgramError: It is not a state.
            Refused: It is older, or of something else; *force* lets an older one pass.
        """
        try:
            text = file.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise ProgramError(f'there is no file "{file}"') from None
        except UnicodeDecodeError:
            raise ProgramError("the file is not UTF-8 text", at=str(file)) from None
        change = state_edits.push(self.context, text, str(file), force=force)
        return self._make(change, agree, listen)

    def locks(self) -> dict[str, Holder]:
        """Who holds the locks of the program's projects, by project."""
        return state_repair.holders(self.context)

    def unlock(self) -> dict[str, Holder]:
        """Release those locks; gives who held them."""
        found = self.locks()
        for project in found:
            state_repair.unlock(self.context, project)
        return found

    def damage(self) -> dict[str, Repair]:
        """What is damaged or missing, and what the history can restore, by project."""
        return state_repair.examine(self.context)

    def unreadable(self) -> dict[str, tuple[int, ...]]:
        """Deployments of the history that cannot be read, by project; a repair cannot restore them."""
        return state_repair.unreadable(self.context)

    def repair(self, listen: Listen = ignore) -> dict[str, Repair]:
        """Restore what is damaged or missing from the history; gives what that was."""
        found = self.damage()
        for project in found:
            state_repair.mend(self.context, project, listen, commit_others=self.commit_others)
        return found

    def move(
        self,
        to: str,
        source: str | None = None,
        agree: Callable[[Move], bool] = agreed,
        listen: Listen = ignore,
    ) -> int:
        """
        Move state and history to another store; gives the number of the deployment.

        Args:
            to: The store, as in dssdsl.toml; a table as JSON.
            source: The store that has the state now; by default the stack's.
            agree: Sees what will be moved.
            listen: Called with what happens.

        Raises:
            Refused: The source has no state, or the target another one.
        """
        change = moved_store.prepare(self.context, to, source)
        if not agree(change):
            raise Cancelled("nothing was changed")
        return moved_store.move(change, listen, commit_others=self.commit_others)

    def _make(self, change: Edit, agree: Agree, listen: Listen) -> int:
        """Make a change if the user agrees; gives the number of the deployment, 0 if nothing changes."""
        if not change.says:
            return 0
        if not agree(change):
            raise Cancelled("nothing was changed")
        return state_edits.edit(self.context, change, listen, commit_others=self.commit_others)
