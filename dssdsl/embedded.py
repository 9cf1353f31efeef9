"""The DSS of a stack that has no other: an emulator in this process, or wherever somebody serves it."""

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
    """Who serves the emulator of a stack: two processes on one folder would not see each other's writes."""
    from dssdsl.emulator import Running

    return Running.find(settings.emulator.data) if settings.emulator is not None else None


PATIENCE = 60.0
"""Seconds to wait for another command that has the emulator's folder open: until it is done."""

SILENCE = 0.3
"""Seconds of waiting that are not worth a word."""


def emulator_of(settings: Settings, controlled: str = "") -> Running | Emulator:
    """
    The stack's emulator: the process that serves it, or one in this process, which the caller closes.

    While another command has it open this waits, and the log says for whom.

    Args:
        settings: The stack.
        controlled: What those who control it over HTTP have to bring; left out, nobody can.

    Raises:
        ProgramError: The stack is on another DSS.
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
    The DSS in this process that a stack without another one has; the caller closes it.

    Args:
        settings: The stack.
        controlled: What those who control it over HTTP have to bring; left out, nobody can.

    Raises:
        ProgramError: The stack is on another DSS.
        Locked: Another command has it open.
    """
    from dssdsl.emulator import Emulator, InUse, User

    if settings.emulator is None:
        raise ProgramError(
            f'stack "{settings.name}" is on {settings.host}, not on an emulator',
            fix="say --stack local",
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
