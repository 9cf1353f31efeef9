"""The commands for a stack's emulator. They use the running one, or open its folder if none runs."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dssdsl.errors import NotFound, ProgramError, Unreachable

from . import options
from .help import Group, option
from .options import Asked, asked
from .screen import Line, line
from .values import plural, singular

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dssdsl.emulator import Emulator, Running
    from dssdsl.settings import Settings

    from .output import Output

PATIENCE = 20.0
"""Seconds that an emulator may take to stop: it gives its projects' Git what it still holds."""


@click.group(cls=Group, page="emulator.md")
def emulator() -> None:
    """Run and inspect the local DSS emulator."""


def _stack(asked: Asked) -> tuple[Settings, Path]:
    """A stack, and the folder of its emulator."""
    from dssdsl.embedded import embedded
    from dssdsl.settings import load, program_folder

    settings = load(asked.program or program_folder(Path.cwd()), asked.stack)
    if settings.emulator is None:
        embedded(settings)  # says what is wrong
    assert settings.emulator is not None
    return settings, settings.emulator.data


def _needed(settings: Settings) -> Running:
    from dssdsl.embedded import served

    found = served(settings)
    if found is None:
        raise NotFound(
            f'the emulator of stack "{settings.name}" is not running',
            fix="run dssdsl emulator start",
        )
    return found


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Say in the user's words why an emulator, here or there, did not do something."""
    import requests

    try:
        yield
    except requests.RequestException as error:
        raise Unreachable(f"the emulator does not answer: {error}") from None
    except FileNotFoundError as error:
        raise NotFound(
            str(error),
            fix="pass a project export, or a folder that contains a DSS project's params.json",
        ) from None
    except FileExistsError as error:
        raise ProgramError(str(error), fix="choose another --key") from None
    except (OSError, ValueError) as error:
        raise ProgramError(str(error)) from None


@emulator.command("start")
@option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="PORT",
    help="Listen on this port. Default: a free one.",
)
@options.stack
@options.how
@click.pass_obj
@asked
def start(output: Output, asked: Asked, port: int) -> int:
    """
    Serve the emulator to clients on this machine.

    It runs until Ctrl-C or `dssdsl emulator stop`. Any client of DSS's public API can use it.
    """
    import threading

    from dssdsl.embedded import emulator_of
    from dssdsl.emulator import Running, announce, new_token, serve

    over = threading.Event()
    settings, root = _stack(asked)
    token = new_token()
    found = emulator_of(settings, controlled=token)
    if isinstance(found, Running):
        raise ProgramError(
            f'the emulator of stack "{settings.name}" is already running at {found.url}',
            fix="run dssdsl emulator stop to stop it",
        )
    with found, contextlib.ExitStack() as stack:
        try:
            server = serve(found, port=port)
        except OSError as error:
            raise ProgramError(
                f"can't listen on port {port}: {error.strerror}", fix="choose another --port"
            ) from None
        # The note goes when all is written, and before others may open the folder and leave theirs.
        stack.enter_context(announce(root, server.url, token))
        stack.callback(found.settle)
        for which in (signal.SIGINT, signal.SIGTERM):
            stack.callback(signal.signal, which, signal.signal(which, lambda *_: over.set()))
        stack.enter_context(server)
        output.document = {"url": server.url, "api_key": settings.key(), "stack": settings.name}
        output.log.show(_served(server.url, settings))
        output.finish()  # whoever starts it waits for its address
        over.wait()
    output.log.show([line("Stopped. The data is kept.")])
    return 0


def _served(url: str, settings: Settings) -> list[Line]:
    return [
        line(f"url  {url}"),
        line(f"key  {settings.key()}"),
        line("The emulator runs until Ctrl-C. From Python:"),
        line(f'  dataikuapi.DSSClient("{url}", "{settings.key()}")'),
    ]


@emulator.command("stop")
@options.stack
@options.how
@click.pass_obj
@asked
def stop(output: Output, asked: Asked) -> int:
    """Stop the running emulator. Its data is kept."""
    settings, root = _stack(asked)
    found = _needed(settings)
    os.kill(found.pid, signal.SIGTERM)
    limit = time.monotonic() + PATIENCE
    while (root / "server.json").exists():
        if time.monotonic() > limit:
            raise Unreachable(
                f"the emulator, process {found.pid}, did not stop",
                fix="run dssdsl emulator status to see whether it has stopped by now",
            )
        time.sleep(0.05)
    output.document = {"stack": settings.name, "url": found.url, "pid": found.pid}
    output.show([line(f"Stopped the emulator at {found.url}. The data is kept.")])
    return 0


@emulator.command("status")
@options.stack
@options.how
@click.pass_obj
@asked
def status(output: Output, asked: Asked) -> int:
    """Show whether the emulator runs, where, and its projects."""
    from dssdsl.embedded import served
    from dssdsl.emulator import contents

    settings, root = _stack(asked)
    found, projects = served(settings), contents(root)
    output.document = {
        "stack": settings.name,
        "data": str(root),
        "url": found.url if found else None,
        "pid": found.pid if found else None,
        "requests": found.ask("GET", "status")["requests"] if found else None,
        "projects": projects,
    }
    where = f"is running at {found.url}, process {found.pid}" if found else "is not running"
    output.show(
        [
            line(f"The emulator of stack {settings.name} {where}."),
            line(f"It has {plural(len(projects), 'project')} in {root}."),
            *(line(f"  {key}  {_summary(held)}") for key, held in projects.items()),
        ]
    )
    return 0


def _summary(held: dict[str, Any]) -> str:
    """What a project has, in a line."""
    counts = [f"{count:,} {_kind(kind, count)}" for kind, count in held["objects"].items()]
    pending = held["pendingCommits"]
    return ", ".join(counts or ["empty"]) + (
        f"; {plural(pending, 'commit')} not yet in Git" if pending else ""
    )


_KINDS = {"analysis": "analyses", "notebooks/sql": "SQL notebooks"}


def _kind(folder: str, count: int) -> str:
    """What so many objects in a project's folder are called."""
    if count == 1:
        return (
            folder
            if folder == "analysis"
            else singular(_KINDS.get(folder, folder)).replace("/", " ")
        )
    return _KINDS.get(folder, folder).replace("_", " ").replace("/", " ")


@emulator.command("log")
@option(
    "--last",
    type=click.IntRange(1),
    default=20,
    metavar="N",
    help="Show the last N requests (default 20).",
)
@options.stack
@options.how
@click.pass_obj
@asked
def log(output: Output, asked: Asked, last: int) -> int:
    """Show the last requests to the running emulator, oldest first."""
    settings, _ = _stack(asked)
    with _told():
        asked_for = _needed(settings).ask("GET", "requests", last=last)
    output.document = {"stack": settings.name, "requests": asked_for}
    output.show(
        line(
            f"{each['status'] or 'cut'}  {each['login']}  {each['method']} {each['path']}"
            + (f"?{each['query']}" if each["query"] else "")
        )
        for each in asked_for
    )
    return 0


@emulator.command("load")
@click.argument(
    "source",
    type=click.Path(path_type=Path),
    help="A project export, a bundle, a clone of a project's Git, or a folder in DSS's layout.",
)
@option("--key", required=True, metavar="KEY", help="The key of the new project. Required.")
@options.stack
@options.how
@click.pass_obj
@asked
def load(output: Output, asked: Asked, source: Path, key: str) -> int:
    """Copy a project into the emulator."""
    settings, _ = _stack(asked)
    said = {"folder": str(source.absolute()), "project": key}
    _have(settings, "load", lambda found: found.load(source, key), **said)
    output.document = {"project": key, "source": str(source), "stack": settings.name}
    output.show(
        [line(f"Loaded {source} as project {key} into the emulator of stack {settings.name}.")]
    )
    return 0


@emulator.command("save")
@click.argument("key", help="The project's key.")
@click.argument("folder", type=click.Path(path_type=Path), help="A new or empty folder.")
@options.stack
@options.how
@click.pass_obj
@asked
def save(output: Output, asked: Asked, key: str, folder: Path) -> int:
    """Copy a project, with its Git history and files, to a folder."""
    from dssdsl.emulator import contents

    settings, root = _stack(asked)
    if key not in contents(root):
        raise NotFound(
            f'the emulator has no project "{key}"',
            fix="run dssdsl emulator status to see its projects",
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ProgramError(f'"{folder}" is not empty', fix="name a new folder")
    said = {"folder": str(folder.absolute()), "project": key}
    _have(settings, "save", lambda found: found.save(key, folder), **said)
    output.document = {"project": key, "folder": str(folder), "stack": settings.name}
    output.show([line(f"Saved project {key} to {folder}.")])
    return 0


@emulator.command("reset")
@options.yes
@options.stack
@options.how
@click.pass_obj
@asked
def reset(output: Output, asked: Asked) -> int:
    """Delete all data of the emulator."""
    from dssdsl.emulator import contents

    from . import prompt

    settings, root = _stack(asked)
    projects = list(contents(root))
    names = ", ".join(projects) or "no project"
    if not asked.yes:
        prompt.agree(
            output, f"Delete all data of the emulator of stack {settings.name} ({names}) in {root}?"
        )
    _have(settings, "reset", lambda found: found.reset())
    output.document = {"stack": settings.name, "deleted": projects}
    output.show([line(f"Deleted all data of the emulator of stack {settings.name}.")])
    return 0


def _have(settings: Settings, verb: str, do: Callable[[Emulator], object], **said: str) -> None:
    """Run a control request on the stack's emulator: in the process that serves it, or here."""
    from dssdsl.embedded import emulator_of
    from dssdsl.emulator import Running

    with _told():
        found = emulator_of(settings)
        if isinstance(found, Running):
            found.ask("POST", verb, **said)
        else:
            with found:
                do(found)
