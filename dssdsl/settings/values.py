"""A stack's settings as values."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from dssdsl.errors import ProgramError

FILE = "dssdsl.toml"
PROGRAMS = ("project.py", "project.yaml", "project.yml", "project.json")
"""File names of a folder's program; the first that exists counts."""
EMULATED = "local"
"""The stack that always exists: an emulator in this process, unless the toml describes it."""
EMULATOR_HOST = "http://emulator"
STACK_VARIABLE = "DSSDSL_STACK"


@frozen
class EmulatorSettings:
    """
    The emulator of a stack that has no host.

    Attributes:
        data: The folder that keeps its projects.
        connections: The DSS type of each connection, by name.
        code_envs: Names of its Python code environments.
        users: Its logins.
    """

    data: Path
    connections: Mapping[str, str] = field(factory=dict)
    code_envs: tuple[str, ...] = ()
    users: tuple[str, ...] = ()


@frozen
class ProgramName:
    """
    The name that state records as its owner.

    Attributes:
        name: The toml's ``name``; without one, the name of the program's folder, or of its file if that isn't
            ``project.py``.
        derived: What the name comes from, ``folder`` or ``file``, if the toml has none: another folder is another program then.
        former: The name that the program has without a ``name`` in the toml.
    """

    name: str
    derived: str
    former: str

    def __str__(self) -> str:
        return self.name


@frozen
class Settings:
    """
    One stack, with all defaults filled in.

    Attributes:
        name: The stack's name, such as ``dev``.
        host: The address of its DSS.
        folder: The folder that relative paths of the toml, and ``.dssdsl``, start from.
        program: The program's name.
        config: The values that ``config()`` returns.
        suffix: Appended to each project key.
        owner: The login that owns new projects, unless the program sets an owner.
        store: Where state is kept: ``dss``, ``local``, ``git``, ``{git = …, branch = …}``, or the URL of a bucket.
        verify: True checks certificates against the system's authorities, a path against that CA bundle; False checks none.
        timeout: Seconds until a request fails.
        parallel: The largest number of concurrent requests.
        lock_timeout: Seconds to wait while another deployment holds the lock.
        history: How many deployments each project's history keeps; None for all.
        journal: The folder of the journals; None for one of `own_place`.
        emulator: The emulator; None if the stack has a host.
        source: The toml; None if there is none.
        explicit: Whether a flag, the environment or the toml names the stack; False if the emulator is the last resort.
        variable: The environment variable that holds the API key.
        added: The names of config values that only overrides set.
    """

    name: str
    host: str
    folder: Path
    program: ProgramName
    config: Mapping[str, Any] = field(factory=dict)
    suffix: str = ""
    owner: str | None = None
    store: str | Mapping[str, str] = "dss"
    verify: bool | str = True
    timeout: float = 120.0
    parallel: int = 8
    lock_timeout: float = 0.0
    history: int | None = None
    journal: Path | None = None
    emulator: EmulatorSettings | None = None
    source: Path | None = None
    explicit: bool = True
    variable: str | None = None
    added: frozenset[str] = frozenset()

    @property
    def own_place(self) -> Path:
        """
        Where this machine keeps what belongs to the program: journals, local state, the emulator.

        It is ``.dssdsl`` beside the program, or a folder of the user's where that cannot be written,
        as in a checkout that is part of a container's image.

        Raises:
            ProgramError: Something else has the name ``.dssdsl``.
        """
        beside = self.folder / ".dssdsl"
        if os.path.lexists(beside) and not beside.is_dir():
            raise ProgramError(
                f"{beside} is no folder, and dssdsl keeps its own files in a folder of that name",
                at=str(beside),
                fix="move it away, or delete it",
            )
        if os.access(beside if beside.exists() else self.folder, os.W_OK):
            return beside
        from platformdirs import user_state_path  # only read-only checkouts need it

        digest = hashlib.sha256(str(self.folder.resolve()).encode()).hexdigest()
        return user_state_path("dssdsl") / f"{self.folder.name}-{digest[:12]}"

    @property
    def journals(self) -> Path:
        """The folder of the journals."""
        return self.journal or self.own_place / "journal"

    def own_folder(self) -> Path:
        """
        The folder `own_place`; created, and ignored by Git, if missing.

        Raises:
            ProgramError: It cannot be created.
        """
        folder = self.own_place
        if not folder.exists():
            try:
                folder.mkdir(parents=True, exist_ok=True)
                (folder / ".gitignore").write_text("*\n", encoding="utf-8")
            except OSError as error:
                raise ProgramError(
                    f"{folder} cannot be created: {error.strerror or error}",
                    at=str(error.filename or folder),
                    fix="check permissions and free space there",
                ) from error
        return folder

    def key(self) -> str:
        """
        Read the API key from the environment.

        Raises:
            ProgramError: The stack names no variable, or the variable is not set.
        """
        if self.emulator is not None:
            return EMULATED
        if self.variable is None:
            raise ProgramError(
                f'stack "{self.name}" has no api_key',
                at=str(self.source) if self.source else None,
                fix=f'add api_key = {{ env = "DSS_{self.name.upper()}_KEY" }} to [stacks.{self.name}]',
            )
        value = os.environ.get(self.variable, "").strip()
        if not value:
            raise ProgramError(
                f'the environment variable "{self.variable}" with the API key of stack "{self.name}" is not set',
                fix=f"export {self.variable}=… (an API key of {self.host})",
            )
        return value
