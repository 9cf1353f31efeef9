"""The commands for the recorded state: show it, and edit it without touching DSS."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from attrs import evolve

from . import options
from .deploying import begin
from .help import SAFETY, Group, option
from .options import Asked, asked, stacked
from .screen import BLANK, Span, line

if TYPE_CHECKING:
    from collections.abc import Callable

    from dssdsl.deployment.moved_store import Move
    from dssdsl.deployment.state_commands import Agree, Listen, StateCommands
    from dssdsl.deployment.state_edits import Edit
    from dssdsl.plan.events import Event
    from dssdsl.workspace import Workspace

    from .output import Output

of_keys = stacked(
    click.argument(
        "keys",
        nargs=-1,
        required=True,
        metavar="KEY...",
        help="Keys as `state list` shows them, such as dataset/ORDERS.",
    ),
    options.beside,
    options.commit_others,
    options.writing,
    options.how,
    click.pass_obj,
    asked,
)
"""For a command that edits the recorded state of some resources."""


@click.group(cls=Group, page="history.md#the-state-alone")
def state() -> None:
    """Inspect or edit the recorded state, without touching DSS."""


@state.command("list")
@options.loading
@options.how
@click.pass_obj
@asked
def state_list(output: Output, asked: Asked) -> int:
    """List the recorded resources."""
    from . import state_text

    with asked.workspace() as workspace:
        begin(output, workspace)
        found = workspace.state.list()
        output.document = state_text.document(found)
        output.show([BLANK, *state_text.listing(found)])
        return 0


@state.command("show")
@click.argument("key", help="A key, such as dataset/ORDERS.")
@options.beside
@options.how
@click.pass_obj
@asked
def state_show(output: Output, asked: Asked, key: str) -> int:
    """Show the recorded state of one resource. Secrets are not shown."""
    import json

    from . import state_text

    with asked.workspace() as workspace:
        found, entry = workspace.state.show(key)
        output.document = {"key": found, **state_text.shown(entry)}
        text = json.dumps(output.document, indent=2, sort_keys=True, ensure_ascii=False)
        output.show(line(row) for row in text.splitlines())
        return 0


@state.command("rename")
@click.argument("old", help="The recorded key, such as dataset/ORDERS.")
@click.argument("new", help="The name that it has in DSS now.")
@options.beside
@options.commit_others
@options.writing
@options.how
@click.pass_obj
@asked
def state_rename(output: Output, asked: Asked, old: str, new: str) -> int:
    """Record that a resource was renamed in DSS."""
    return _edit(output, asked, lambda state, agree, listen: state.rename(old, new, agree, listen))


@state.command("move")
@click.argument("store", help="The store, as in dssdsl.toml; a table as JSON.")
@option(
    "--from", "source", metavar="STORE", help="The store that has the state (default: the stack's)."
)
@options.beside
@options.commit_others
@options.writing
@options.how
@click.pass_obj
@asked
def state_move(output: Output, asked: Asked, store: str, source: str | None) -> int:
    """Move the state and its history to another store."""
    from . import prompt

    def agree(change: Move) -> bool:
        for key, serials in change.serials.items():
            text = f"project {key}: {len(serials)} deployments move from {change.source.store.where(key)} to {change.target.store.where(key)}"
            output.show([BLANK, line(text)])
        if not asked.yes:
            prompt.agree(output, "Move the state?")
        return True

    with asked.workspace() as workspace:
        begin(output, workspace)
        serial = editing(workspace, asked).move(store, source, agree, _listen(output))
        output.document = {"store": store, "deployment": serial}
        output.show(
            [
                line(
                    f"Moved the state; this is deployment {serial}. Set store in dssdsl.toml to {store}."
                )
            ]
        )
        return 0


@state.command("forget")
@of_keys
def state_forget(output: Output, asked: Asked, keys: tuple[str, ...]) -> int:
    """Remove resources from the state. They stay in DSS."""
    return _edit(output, asked, lambda state, agree, listen: state.forget(keys, agree, listen))


@state.command("protect")
@of_keys
def state_protect(output: Output, asked: Asked, keys: tuple[str, ...]) -> int:
    """Refuse to delete resources."""
    return _edit(output, asked, lambda state, agree, listen: state.protect(keys, agree, listen))


@state.command("unprotect")
@of_keys
def state_unprotect(output: Output, asked: Asked, keys: tuple[str, ...]) -> int:
    """Allow deleting protected resources again."""
    return _edit(output, asked, lambda state, agree, listen: state.unprotect(keys, agree, listen))


@state.command("claim")
@options.loading
@options.commit_others
@options.writing
@options.how
@click.pass_obj
@asked
def state_claim(output: Output, asked: Asked) -> int:
    """Take over the state of another program or stack."""
    return _edit(output, asked, lambda state, agree, listen: state.claim(agree, listen))


@state.command("pull")
@options.loading
@options.project
@options.how
@click.pass_obj
@asked
def state_pull(output: Output, asked: Asked, project: str | None) -> int:
    """Print a project's state as stored, even if it is damaged."""
    import json

    with asked.workspace() as workspace:
        text = workspace.state.pull(project)
        try:
            output.document = json.loads(text)
        except ValueError:
            output.document = {"damaged": text}
        output.show(line(row) for row in text.splitlines())
        return 0


@state.command("push")
@click.argument(
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A state as `state pull` prints it.",
)
@options.beside
@option(
    "--force",
    is_flag=True,
    section=SAFETY,
    help="Push FILE even if it is older than the stored state or belongs to another one.",
)
@options.commit_others
@options.writing
@options.how
@click.pass_obj
@asked
def state_push(output: Output, asked: Asked, file: Path, force: bool) -> int:
    """Replace a project's state with a file."""
    return _edit(
        output,
        asked,
        lambda state, agree, listen: state.push(file, force=force, agree=agree, listen=listen),
    )


@state.command("unlock")
@options.loading
@options.yes
@options.how
@click.pass_obj
@asked
def state_unlock(output: Output, asked: Asked) -> int:
    """Release the locks of a deployment that died."""
    from . import prompt

    with asked.workspace() as workspace:
        begin(output, workspace)
        found = workspace.state.locks()
        output.document = {"locks": {key: str(who) for key, who in found.items()}}
        if not found:
            output.show([BLANK, line("Nothing is locked.")])
            return 0
        output.show([BLANK])
        for key, who in found.items():
            alive = "" if not who.dead else "; that process is dead"
            output.show([line(f"project {key} is locked by {who}{alive}")])
        output.show(
            [
                line(
                    "A deployment that is still running stops within 5 seconds; what it writes until then stays."
                )
            ]
        )
        if not asked.yes:
            prompt.agree(output, "Unlock?")
        workspace.state.unlock()
        output.show([line(f"Unlocked {', '.join(found)}.")])
        return 0


@state.command("repair")
@options.loading
@options.commit_others
@options.writing
@options.how
@click.pass_obj
@asked
def state_repair(output: Output, asked: Asked) -> int:
    """Restore a damaged or missing state from the history."""
    from . import prompt

    with asked.workspace() as workspace:
        begin(output, workspace)
        found = workspace.state.damage()
        output.document = {
            "repaired": {
                key: {
                    "damage": one.damage,
                    "deployment": one.good.serial if one.good else None,
                    "lost": one.lost,
                }
                for key, one in found.items()
            }
        }
        lost = workspace.state.unreadable()
        output.document["unreadable"] = {key: list(serials) for key, serials in lost.items()}
        for key, serials in lost.items():
            numbers = ", ".join(map(str, serials))
            text = f"project {key}: deployment {numbers} of its history cannot be read, and not be rolled back to"
            output.show([BLANK, line(text)])
        if not found:
            output.show([BLANK, line("The state is valid. Nothing to repair.")])
            return 0
        for key, one in found.items():
            output.show([BLANK, line(Span(f"project {key}", "bold")), line(f"  {one.damage}")])
            if one.good is None:
                output.show(
                    [line("  no deployment of its history can be read: the state will be removed")]
                )
            else:
                output.show([line(f"  deployment {one.good.serial} of its history is valid")])
            output.show([line(f"  lost: {one.lost}; DSS is not changed")])
        if not asked.yes:
            prompt.agree(output, "Repair?")
        editing(workspace, asked).repair(_listen(output))
        output.show([line("Repaired the state. Run dssdsl preview to see what differs.")])
        return 0


def editing(workspace: Workspace, asked: Asked) -> StateCommands:
    """The commands on the state, as the user asked for them."""
    return evolve(workspace.state, commit_others=asked.options.commit_others)


def _edit(output: Output, asked: Asked, act: Callable[[StateCommands, Agree, Listen], int]) -> int:
    """Show a change to the state, ask, and make it."""
    from . import prompt

    output.document = {"operation": "", "says": []}

    def agree(change: Edit) -> bool:
        output.document = {"operation": change.operation, "says": list(change.says)}
        output.show([BLANK, *(line(f"  {text}") for text in change.says), BLANK])
        if not asked.yes:
            prompt.agree(output, "Change the state?")
        return True

    with asked.workspace() as workspace:
        begin(output, workspace)
        serial = act(editing(workspace, asked), agree, _listen(output))
        if not serial:
            output.show([BLANK, line("Nothing to change.")])
            return 0
        output.document["deployment"] = serial
        output.show([line(f"Changed the state; this is deployment {serial}.")])
        return 0


def _listen(output: Output) -> Callable[[Event], None]:
    """Show what is worth knowing while it goes on."""
    from .progress import ended

    return lambda event: output.log.show(ended(event))
