"""The emulator of a stack without a host: in this process, or in another one that serves it."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from dssdsl.errors import Locked, ProgramError

if TYPE_CHECKING:
    from dssdsl.emulator import Emulator, Running
    from dssdsl.settings import Settings


_LOG = logging.getLogger(__name__)


def served(settings: Settings) -> Running | None:
    """The process that serves the stack's emulator; two processes cannot share its folder."""
    from dssdsl.emulator import Running

    return Running.find(settings.emulator.data) if settings.emulator is not None else None


PATIENCE = 60.0
"""Seconds to wait for another command that has the emulator's folder open."""

SILENCE = 0.3
"""Seconds of waiting without a message."""


def emulator_of(settings: Settings, controlled: str = "") -> Running | Emulator:
    """
    The stack's emulator: the process that serves it, or an emulator in this process, which the caller must close.

    While another command has it open, this waits, and logs for which process.

    Args:
        settings: The stack.
        controlled: The token for control over HTTP. Default: no control.

    Raises:
        ProgramError: The stack has a host.
        Locked: Another command still has it open.
    """
    begun, told = time.monotonic(), False
    while True:
        if server := served(settings):
            return server
        try:
            return embedded(settings, controlled)
        except Locked as error:
            waited = time.monotonic() - begun
            if waited >= PATIENCE:
                raise
            if waited >= SILENCE and not told:
                told = True
                _LOG.warning("waiting up to %.0f seconds: %s", PATIENCE, error.problem)
            time.sleep(0.1)


def embedded(settings: Settings, controlled: str = "") -> Emulator:
    """
    Open the stack's emulator in this process; the caller must close it.

    Args:
        settings: The stack.
        controlled: The token for control over HTTP. Default: no control.

    Raises:
        ProgramError: The stack has a host.
        Locked: Another command has it open.
        ProgramError: Its folder cannot be read or written.
    """
    from dssdsl.emulator import Emulator, InUse, User

    if settings.emulator is None:
        raise ProgramError(
            f'stack "{settings.name}" is on {settings.host}, not on an emulator',
            fix="pass --stack local",
        )
    if settings.emulator.data.is_relative_to(settings.folder / ".dssdsl"):
        settings.own_folder()
    users = {f"key-of-{user}": User(user, admin=False) for user in settings.emulator.users}
    try:
        return Emulator(
            settings.emulator.data,
            connections=settings.emulator.connections,
            code_envs=settings.emulator.code_envs,
            keys={settings.key(): User("admin"), **users},
            controlled=controlled,
        )
    except InUse as error:
        who = "another process" if error.pid is None else f"process {error.pid}"
        raise Locked(
            f'{who} has the emulator of stack "{settings.name}" open',
            at=str(error.folder),
            fix=f"run this again when it is done; a command waits up to {PATIENCE:.0f} seconds",
        ) from None
    except OSError as error:
        data = settings.emulator.data
        raise ProgramError(
            f'the emulator of stack "{settings.name}" cannot keep its data in {data}: {error.strerror or error}',
            at=str(error.filename or data),
            fix="make it a folder that you may write, or name another one: emulator = { data = … } in dssdsl.toml",
        ) from error
