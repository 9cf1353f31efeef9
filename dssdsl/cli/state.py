"""The commands about the state: what the last deployment left, and the few ways to change that alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dssdsl.errors import NotFound, ProgramError

from . import options
from .deploying import begin
from .options import Asked, asked, stacked
from .screen import BLANK, Span, line
from .values import plural

if TYPE_CHECKING:
    from collections.abc import Callable

    from dssdsl.engine.events import Event
    from dssdsl.operations.state import Edit
    from dssdsl.workspace import Workspace

    from .output import Output

program = click.option("--program", type=click.Path(path_type=Path), help="The program's file.")
beside = stacked(options.stack, options.config, program)
"""For a command whose arguments are something else."""
of_keys = stacked(
    click.argument("keys", nargs=-1, required=True, metavar="KEY..."),
    beside,
    options.yes,
    options.how,
    click.pass_obj,
    asked,
)
"""For a command that changes what the state has of some resources."""
project = click.option(
    "--project", metavar="KEY", help="The project, where the program has several."
)


@click.group()
def state() -> None:
    """Look at what the last deployment left, or change that alone."""


@state.command("list")
@options.loading
@options.how
@click.pass_obj
@asked
def state_list(output: Output, asked: Asked) -> int:
    """List what is recorded."""
    from dssdsl.operations.state import read

    from . import state_text

    with asked.workspace() as workspace:
        begin(output, workspace)
        found = read(workspace)
        output.document = state_text.document(found)
        output.show([BLANK, *state_text.listing(found)])
        return 0


@state.command("show")
@click.argument("key")
@beside
@options.how
@click.pass_obj
@asked
def state_show(output: Output, asked: Asked, key: str) -> int:
    """Show what is recorded of KEY, such as dataset/ORDERS; secrets only as that they are there."""
    import json

    from dssdsl.operations.state import find, read

    from . import state_text

    with asked.workspace() as workspace:
        found = find(read(workspace), key)
        if found is None:
            raise NotFound(f'the state has no "{key}"', fix="dssdsl state list shows what it has")
        owner, rest, entry = found
        output.document = {"key": f"{owner}/{rest}", **state_text.shown(entry)}
        text = json.dumps(output.document, indent=2, sort_keys=True, ensure_ascii=False)
        output.show(line(row) for row in text.splitlines())
        return 0


@state.command("rename")
@click.argument("old")
@click.argument("new")
@beside
@options.yes
@options.how
@click.pass_obj
@asked
def state_rename(output: Output, asked: Asked, old: str, new: str) -> int:
    """Know OLD as NEW from now on: it was renamed in DSS."""
    from dssdsl.operations.state import rename

    return _edit(output, asked, lambda workspace: rename(workspace, old, new))


@state.command("forget")
@of_keys
def state_forget(output: Output, asked: Asked, keys: tuple[str, ...]) -> int:
    """Take resources out of the state; they stay in DSS."""
    from dssdsl.operations.state import forget

    return _edit(output, asked, lambda workspace: forget(workspace, keys))


@state.command("protect")
@of_keys
def state_protect(output: Output, asked: Asked, keys: tuple[str, ...]) -> int:
    """Have deletes of resources refused, whatever the program says."""
    from dssdsl.operations.state import set_protected

    return _edit(output, asked, lambda workspace: set_protected(workspace, keys, protect=True))


@state.command("unprotect")
@of_keys
def state_unprotect(output: Output, asked: Asked, keys: tuple[str, ...]) -> int:
    """Let resources be deleted again that `state protect` keeps."""
    from dssdsl.operations.state import set_protected

    return _edit(output, asked, lambda workspace: set_protected(workspace, keys, protect=False))


@state.command("pull")
@options.loading
@project
@options.how
@click.pass_obj
@asked
def state_pull(output: Output, asked: Asked, project: str | None) -> int:
    """Print the state of a project as it is stored, readable or not."""
    import json

    with asked.workspace() as workspace:
        key = _one(workspace, project)
        text = workspace.store.text(key)
        if text is None:
            raise NotFound(f"project {key} has no state", fix="dssdsl up makes one")
        try:
            output.document = json.loads(text)
        except ValueError:
            output.document = {"damaged": text}
        output.show(line(row) for row in text.splitlines())
        return 0


@state.command("push")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@beside
@click.option(
    "--force", is_flag=True, help="Push it though it is older, or comes from somewhere else."
)
@options.yes
@options.how
@click.pass_obj
@asked
def state_push(output: Output, asked: Asked, file: Path, force: bool) -> int:
    """Put FILE in the place of a project's state: what `state pull` printed, corrected."""
    from dssdsl.operations.state import push

    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ProgramError(f'there is no file "{file}"') from None
    except UnicodeDecodeError:
        raise ProgramError("it is no text", at=str(file)) from None
    return _edit(output, asked, lambda workspace: push(workspace, text, str(file), force=force))


@state.command("unlock")
@options.loading
@options.yes
@options.how
@click.pass_obj
@asked
def state_unlock(output: Output, asked: Asked) -> int:
    """Take the locks of the projects away from a deployment that is dead."""
    from dssdsl.operations.state import holders, unlock

    from . import prompt

    with asked.workspace() as workspace:
        begin(output, workspace)
        found = holders(workspace)
        output.document = {"locks": {key: str(who) for key, who in found.items()}}
        if not found:
            output.show([BLANK, line("Nothing is locked.")])
            return 0
        output.show([BLANK])
        for key, who in found.items():
            alive = "" if not who.dead else "; that process is dead"
            output.show([line(f"project {key} is locked by {who}{alive}")])
        output.show([line("Whatever still runs there stops before its next write.")])
        if not asked.yes:
            prompt.agree(output, "Unlock?")
        for key in found:
            unlock(workspace, key)
        output.show([line(f"Unlocked {', '.join(found)}.")])
        return 0


@state.command("repair")
@options.loading
@options.yes
@options.how
@click.pass_obj
@asked
def state_repair(output: Output, asked: Asked) -> int:
    """Put the last good state of the history in the place of one that is damaged or gone."""
    from dssdsl.operations.state import examine, mend

    from . import prompt

    with asked.workspace() as workspace:
        begin(output, workspace)
        found = examine(workspace)
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
        if not found:
            output.show([BLANK, line("The state is good: nothing to repair.")])
            return 0
        for key, one in found.items():
            output.show([BLANK, line(Span(f"project {key}", "bold")), line(f"  {one.damage}")])
            if one.good is None:
                output.show(
                    [line("  no deployment of its history can be read: it would be removed")]
                )
            else:
                output.show([line(f"  deployment {one.good.serial} of its history is good")])
            output.show([line(f"  lost is {one.lost}; nothing changes in DSS")])
        if not asked.yes:
            prompt.agree(output, "Repair?")
        for key in found:
            mend(workspace, key, _listen(output))
        output.show([line("Repaired. dssdsl preview shows what there is to do.")])
        return 0


def _edit(output: Output, asked: Asked, make: Callable[[Workspace], Edit]) -> int:
    """Show a change to the state, ask, and make it."""
    from dssdsl.operations.state import edit

    from . import prompt

    with asked.workspace() as workspace:
        begin(output, workspace)
        change = make(workspace)
        output.document = {"operation": change.operation, "says": list(change.says)}
        if not change.says:
            output.show([BLANK, line("Nothing to do: it is so already.")])
            return 0
        output.show([BLANK, *(line(f"  {text}") for text in change.says), BLANK])
        if not asked.yes:
            prompt.agree(output, "Change the state?")
        serial = edit(workspace, change, _listen(output))
        output.document["deployment"] = serial
        output.show([line(f"Changed {plural(len(change.says), 'thing')}. Deployment {serial}.")])
        return 0


def _listen(output: Output) -> Callable[[Event], None]:
    """Show what is worth knowing while it goes on."""
    from .progress import ended

    return lambda event: output.log.show(ended(event))


def _one(workspace: Workspace, project: str | None) -> str:
    """The project that is meant."""
    loaded, _ = workspace.loaded
    keys = [p.identity for p in loaded.projects]
    if project is None and len(keys) == 1:
        return keys[0]
    if project is None:
        raise ProgramError(
            f"the program has several projects: {', '.join(keys)}", fix="say --project"
        )
    return project
