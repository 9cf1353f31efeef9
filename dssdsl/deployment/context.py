"""The context of every operation on a program and its stack: settings, session, store, journal, state."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from attrs import define, evolve, field

from dssdsl.hidden import Hidden, hiding
from dssdsl.settings import Settings
from dssdsl.settings import load as load_settings
from dssdsl.settings import target as program_target

if TYPE_CHECKING:
    from dssdsl.dss.session import Session
    from dssdsl.lang.graph import Graph
    from dssdsl.lang.program import Program
    from dssdsl.plan.events import Event
    from dssdsl.state.store import Store


def ignore(event: Event) -> None:
    """Ignore what happens."""


def silent(text: str) -> None:
    """Ignore what is being waited for."""


def agreed(plan: object) -> bool:  # noqa: ARG001 - what is asked
    """Agree to everything."""
    return True


@define(slots=False)
class Context:
    """
    A program and one stack: what every operation reads its settings, session and state from.

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
    config: Mapping[str, str] = field(default=MappingProxyType({}))
    emulator: Any = None
    parallel: int | None = None
    lock_timeout: float | None = None
    hidden: Hidden = field(factory=hiding, init=False)
    """The secrets of the program and of the stack: no message shows them."""
    stop: threading.Event = field(factory=threading.Event, init=False)
    """Set it, and a running deployment starts nothing new, records what it did, and raises Cancelled."""
    tell: Callable[[str], None] = field(default=silent, init=False)
    """Called with what takes long before there is a plan, such as that somebody else is waited for."""
    other_hosts: dict[str, str] = field(factory=dict, init=False)
    """Projects whose state in the store is of another host, and so is not used: that host, by project."""
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
        place = self.path if self.path.is_dir() else self.file  # a folder's program may be missing
        settings = load_settings(place, self.stack, self.config)
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
            ProgramErrors: Everything that is wrong with it.
        """
        from dssdsl import frontends

        with self.hidden.active():
            return frontends.load(self.file, program_target(self.settings))

    @cached_property
    def session(self) -> Session:
        """The connection to the stack's DSS, or to its emulator, in this process or another one."""
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
        """Close all connections; an emulator in this process saves its projects."""
        if "session" in self.__dict__:
            self.session.close()
        while self._opened:
            self._opened.pop().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def program_name(self) -> str:
        """The name that state records as its owner: that of the toml, or one derived from the folder."""
        return self.settings.program.name

    @cached_property
    def store(self) -> Store:
        """Where snapshots live."""
        from dssdsl.state.opening import open_store

        return open_store(self.settings, lambda: self.session)

    def with_store(self, store: str | Mapping[str, str]) -> Self:
        """The same program and stack, with its state in another store."""
        from dssdsl.state.opening import open_store

        other = copy.copy(self)
        settings = evolve(self.settings, store=store)
        place = open_store(settings, lambda: self.session)
        other.__dict__.update(settings=settings, store=place, session=self.session)
        return other

    @cached_property
    def journal_path(self) -> Path:
        """Where a running deployment is logged."""
        folder, program = self.settings.journals, self.settings.program
        name, former = (
            folder / f"{quote(each, safe='')}-{self.settings.name}.jsonl"
            for each in (program.name, program.former)
        )
        # A deployment that was killed before the program got its name left its journal under the former one.
        return former if former.exists() else name
