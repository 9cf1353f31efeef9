"""The folder that an emulator keeps, and the projects in it."""

from __future__ import annotations

import re
import shutil
import tempfile
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Self

from . import loading, rights
from .clock import Clock
from .disk import Project
from .instance import Instance
from .lock import Lock
from .refusals import unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .guesses import Guesses
    from .routing import User


class Holder:
    """
    An instance with its projects, on disk and as much of them as is open.

    Args:
        root: Folder that keeps everything; None keeps it in a temporary one that ``close`` removes.

        connections: Type of each connection by name.

        code_envs: Names of the Python code environments.

        keys: User of each API key.

        clock: Tells the time in seconds.

        guesses: How DSS behaves where the evidence is thin.

        wait: How many seconds to wait for another that has the folder open.

    Raises:
        InUse: Another emulator, of this process or another, has the folder open.
    """

    def __init__(
        self,
        root: Path | None,
        *,
        connections: Mapping[str, str],
        code_envs: Sequence[str],
        keys: Mapping[str, User],
        clock: Callable[[], float],
        guesses: Guesses,
        wait: float,
    ) -> None:
        self._temporary: Callable[[], object] | None = None
        if root is None:
            root = Path(tempfile.mkdtemp(prefix="dss-"))
            self._temporary = weakref.finalize(self, shutil.rmtree, root, ignore_errors=True)
        self.root = Path(root)
        self.guesses, self.clock, self.keys = guesses, Clock(clock), dict(keys)
        self.lock = threading.RLock()
        self._making: set[str] = set()
        self._release: Callable[[], object] | None = None
        if self._temporary is None:
            self.root.mkdir(parents=True, exist_ok=True)
            self._release = weakref.finalize(self, Lock(self.root, wait).release)
        try:
            self._start(connections, code_envs)
        except BaseException:
            self._let_go()
            raise

    def _start(self, connections: Mapping[str, str], code_envs: Sequence[str]) -> None:
        (self.root / "projects").mkdir(parents=True, exist_ok=True)
        self._open: dict[str, Project] = {}
        self.instance = Instance(self.root / "instance.json", connections, code_envs, self.keys)
        self._keys = {path.name for path in (self.root / "projects").iterdir() if path.is_dir()}
        for note in sorted(self._note("").glob("*")):
            self.drop_project(note.name)  # a process died while it made or deleted it
        for journal in sorted((self.root / "journals").glob("*.*")):
            if journal.stem in self._keys:
                self.project(journal.stem).settle()

    def projects(self) -> list[str]:
        """Return the keys of all projects."""
        return sorted(self._keys)

    def project_folder(self, key: str) -> Path:
        """Return the folder that holds a project, with everything queued for Git in it."""
        with self.lock:
            self.project(key).settle()
        return self.root / "projects" / key

    def project(self, key: str) -> Project:
        """Return a project, whoever may see it."""
        found = self._open.get(key)
        if found is None:
            journal = self.root / "journals" / f"{key}.jsonl"
            found = Project(key, self.root / "projects" / key, journal, self.clock, self.guesses)
            self._open[key] = found
        return found

    def open(self, key: str, user: User) -> Project:
        """Return a project if the user may see it; one that is not there they may not see."""
        if key not in self._keys:
            raise unauthorized("Failed to read project permissions", self.guesses.unknown_project)
        project = self.project(key)
        if not rights.granted(self.instance, user, project):
            raise unauthorized("Failed to read project permissions", self.guesses.unknown_project)
        return project

    def add_project(self, key: str) -> Project:
        """Take note of a project whose folder was made."""
        self._keys.add(key)
        return self.project(key)

    def begin_project(self, key: str) -> None:
        """
        Take note that the request that is carried out makes a project.

        It is there once the request has succeeded. Where that fails, or the process dies, all of
        the project goes.
        """
        self._note(key).parent.mkdir(exist_ok=True)
        self._note(key).touch()
        self._making.add(key)

    def _note(self, key: str) -> Path:
        """Return the file that says that a project is not whole."""
        return self.root / "unfinished" / key

    def _end(self, *, made: bool) -> None:
        for key in self._making:
            if made:
                self._note(key).unlink(missing_ok=True)
            else:
                self.drop_project(key)
        self._making.clear()

    def drop_project(self, key: str) -> None:
        """Delete a project with its Git, uploads and the contents of its folders."""
        self._note(key).parent.mkdir(exist_ok=True)
        self._note(key).touch()
        self._open.pop(key, None)
        self._keys.discard(key)
        for left in (self.root / "journals").glob(f"{key}.*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        for name in ("projects", *loading.OF_A_PROJECT):
            shutil.rmtree(self.root / name / key, ignore_errors=True)
        self.instance.drop_project(key)
        self._note(key).unlink()

    def load(self, folder: Path, key: str) -> None:
        """
        Copy a project from a folder of DSS's layout.

        Args:
            folder: A Git clone, an export, packed or not, or a plain folder without history,
                which becomes a repository with one commit.

            key: The key that it gets.
        """
        if not re.fullmatch(r"[\w-]+", key):
            raise ValueError(f'"{key}" is no key of a project')
        with self.lock:
            if key in self._keys:
                raise FileExistsError(f'the project "{key}" exists already')
            self.begin_project(key)
            made = False
            try:
                loading.load(Path(folder), self.root, key)
                self.add_project(key)
                made = True
            finally:
                self._end(made=made)

    def save(self, key: str, folder: Path) -> None:
        """Copy a project with its Git, uploaded files and files of folders to where ``load`` finds them."""
        with self.lock:
            self.project(key).settle()
            loading.save(self.root, key, folder)

    def settle(self) -> None:
        """Give Git all that is queued."""
        with self.lock:
            for project in self._open.values():
                project.settle()

    def close(self) -> None:
        """Write down what is in memory; a temporary folder goes."""
        with self.lock:
            if self._temporary is None:
                self.settle()
            self._open.clear()
            if self._temporary is not None:
                self._temporary()
            self._let_go()

    def _let_go(self) -> None:
        if self._release is not None:
            self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
