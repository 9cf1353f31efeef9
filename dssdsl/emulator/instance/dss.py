"""The emulated DSS: its data folder, the objects of the instance, and its projects."""

from __future__ import annotations

import copy
import re
import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from dssdsl.emulator.assumptions import Assumptions
from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import unauthorized
from dssdsl.emulator.lock import Lock
from dssdsl.emulator.project import loading
from dssdsl.emulator.project.project import Project

from . import rights
from .authentication import Authentication
from .clock import Clock
from .objects import Instance
from .users import User

Tables = Mapping[str, Mapping[str, Sequence[Document]]]


class Dss:
    """
    A DSS installation: its data folder, the objects of the instance, and its projects.

    Args:
        root: Data folder. None makes a temporary one, which ``close`` removes.

        connections: Type of each connection by name.

        code_envs: Names of the Python code environments.

        keys: User of each API key.

        tables: Columns of the tables in SQL databases, by connection and table.

        normalise: Whether to change documents on write as DSS does.

        clock: Returns the time in seconds.

        plugins: Version of each installed plugin.

        assumptions: How DSS behaves where the evidence is thin.

        zones: Whether Flows have zones.

        wait: Seconds to wait for another process that has the folder open.

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
        tables: Tables,
        normalise: bool,
        clock: Callable[[], float],
        plugins: Mapping[str, str],
        assumptions: Assumptions,
        zones: bool,
        wait: float,
    ) -> None:
        self.zones, self.tables, self.plugins = zones, tables, dict(plugins)
        self.normalise, self.assumptions = normalise, assumptions
        self.clock, self.keys = Clock(clock), dict(keys)
        self.future_polls: float = 0
        """How often a future is still running when it is polled; ``futures.NEVER`` lets none end."""

        self.futures: dict[str, Document] = {}
        self.jobs: dict[str, dict[str, Document]] = {}
        self._temporary: Callable[[], object] | None = None
        if root is None:
            root = Path(tempfile.mkdtemp(prefix="dss-"))
            self._temporary = weakref.finalize(self, shutil.rmtree, root, ignore_errors=True)
        self.root = Path(root)
        self.lock = threading.RLock()
        self._making: set[str] = set()
        self._release: Callable[[], object] | None = None
        if self._temporary is None:
            self.root.mkdir(parents=True, exist_ok=True)
            self._release = weakref.finalize(self, Lock(self.root, wait).release)
        try:
            self._start(connections, code_envs)
        except BaseException:
            self._release_lock()
            raise

    def _start(self, connections: Mapping[str, str], code_envs: Sequence[str]) -> None:
        (self.root / "projects").mkdir(parents=True, exist_ok=True)
        self._open: dict[str, Project] = {}
        self.instance = Instance(
            self.root / "instance.json", connections, code_envs, self.keys, self.clock()
        )
        self.authentication = Authentication(self.keys, self.instance)
        self._keys = {path.name for path in (self.root / "projects").iterdir() if path.is_dir()}
        for note in sorted(self._marker("").glob("*")):
            self.drop_project(note.name)  # a process died while it created or deleted it
        for journal in sorted((self.root / "journals").glob("*.*")):
            if journal.stem in self._keys:
                self.project(journal.stem).settle()

    def projects(self) -> list[str]:
        """Return the keys of all projects."""
        return sorted(self._keys)

    def project_folder(self, key: str) -> Path:
        """Return a project's folder, after writing its queued commits to Git."""
        with self.lock:
            self.project(key).settle()
        return self.root / "projects" / key

    def project(self, key: str) -> Project:
        """Return a project, without a check of rights."""
        found = self._open.get(key)
        if found is None:
            journal = self.root / "journals" / f"{key}.jsonl"
            found = Project(
                key, self.root / "projects" / key, journal, self.clock, self.assumptions
            )
            self._open[key] = found
        return found

    def open(self, key: str, user: User) -> Project:
        """Return a project. Raises ``Refused`` if the user may not see it, or if it is missing."""
        if key not in self._keys:
            raise unauthorized(
                "Failed to read project permissions", self.assumptions.unknown_project
            )
        project = self.project(key)
        if not rights.granted(self.instance, user, project):
            raise unauthorized(
                "Failed to read project permissions", self.assumptions.unknown_project
            )
        return project

    def add_project(self, key: str) -> Project:
        """Register a project whose folder exists."""
        self._keys.add(key)
        return self.project(key)

    def begin_project(self, key: str) -> None:
        """
        Record that the current request creates a project.

        The project exists once the request has succeeded. If the request fails or the process dies,
        the whole project is deleted.
        """
        self._marker(key).parent.mkdir(exist_ok=True)
        self._marker(key).touch()
        self._making.add(key)

    def _marker(self, key: str) -> Path:
        """Return the file that marks a project as incomplete."""
        return self.root / "unfinished" / key

    def finish_request(self) -> None:
        """Keep the projects that the request created."""
        for key in self._making:
            self._marker(key).unlink(missing_ok=True)
        self._making.clear()

    def abandon_request(self, key: str | None = None) -> None:
        """Delete the projects that the request created, and drop its changes to a project."""
        for made in self._making:
            self.drop_project(made)
        self._making.clear()
        if key in self._open:
            self._open[key].discard()

    def drop_project(self, key: str) -> None:
        """Delete a project with its Git, uploads and files of managed folders."""
        self._marker(key).parent.mkdir(exist_ok=True)
        self._marker(key).touch()
        self._open.pop(key, None)
        self._keys.discard(key)
        for left in (self.root / "journals").glob(f"{key}.*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        for name in ("projects", *loading.PROJECT_FOLDERS):
            shutil.rmtree(self.root / name / key, ignore_errors=True)
        self.instance.drop_project(key)
        self._marker(key).unlink()

    def load(self, folder: Path, key: str) -> None:
        """
        Copy a project from a folder of DSS's layout.

        Args:
            folder: A Git clone, an export, packed or not, or a plain folder without history,
                which becomes a repository with one commit.

            key: The key of the new project.
        """
        if not re.fullmatch(r"[\w-]+", key):
            raise ValueError(f'"{key}" is not a valid project key')
        with self.lock:
            if key in self._keys:
                raise FileExistsError(f'the project "{key}" already exists')
            self.begin_project(key)
            try:
                loading.load(Path(folder), self.root, key)
                self.add_project(key)
            except BaseException:
                self.abandon_request()
                raise
            self.finish_request()

    def save(self, key: str, folder: Path) -> None:
        """Copy a project with its Git, uploads and files of managed folders, as ``load`` reads it."""
        with self.lock:
            self.project(key).settle()
            loading.save(self.root, key, folder)

    def settle(self) -> None:
        """Write all queued commits to Git."""
        with self.lock:
            for project in self._open.values():
                project.settle()

    def snapshot(self) -> Self:
        """Return this DSS as it is now, on a copy of its data folder."""
        found = copy.copy(self)
        found._release, found._making = None, set()
        found.root = Path(tempfile.mkdtemp(prefix="dss-before-"))
        found._temporary = weakref.finalize(found, shutil.rmtree, found.root, ignore_errors=True)
        shutil.copytree(self.root, found.root, dirs_exist_ok=True, copy_function=shutil.copyfile)
        found.futures, found.jobs = copy.deepcopy((self.futures, self.jobs))
        found._start(self.instance.first_connections, self.instance.first_code_envs)
        return found

    def reset(self) -> None:
        """Delete all projects, and all objects of the instance that were created since the start."""
        with self.lock:
            for key in self._keys:
                self.begin_project(key)
            names = ("projects", "journals", "imports", *loading.PROJECT_FOLDERS)
            for name in (*names, "unfinished"):  # last: until then, a process may die
                shutil.rmtree(self.root / name, ignore_errors=True)
            self._making.clear()
            (self.root / "instance.json").unlink(missing_ok=True)
            self.futures.clear()
            self.jobs.clear()
            self._start(self.instance.first_connections, self.instance.first_code_envs)

    def close(self) -> None:
        """Write pending changes, and close. Deletes a temporary folder."""
        with self.lock:
            if self._temporary is None:
                self.settle()
            self._open.clear()
            if self._temporary is not None:
                self._temporary()
            self._release_lock()

    def _release_lock(self) -> None:
        if self._release is not None:
            self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
