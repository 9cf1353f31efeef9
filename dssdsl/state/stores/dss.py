"""Keeps state in the project itself, as files of its library, and so in the project's Git."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from attrs import define, field, frozen

from dssdsl.dss.session import Session
from dssdsl.dss.session import at as quoted
from dssdsl.errors import Denied, DssError, NotFound
from dssdsl.lang.provider import making_sense
from dssdsl.state import archive
from dssdsl.state.archive import file_of
from dssdsl.state.lock import LockRecords
from dssdsl.state.snapshot import Head, Snapshot
from dssdsl.state.store import no_such, numbers, refuse_stale

FOLDER = ".dataiku_framework"
STATE = f"{FOLDER}/state.json"
HISTORY = f"{FOLDER}/history"
LOCK = "dssdsl/lock/"
"""The prefix of the tags that are records of a lock."""


@define
class DssStore:
    """Keeps snapshots as library files, ``state.json`` and ``history/<serial>.json``, and the lock as tags."""

    dss: Session
    _folders: dict[str, set[str]] = field(factory=dict, init=False)

    def read(self, project: str) -> Snapshot | None:
        """Give the current snapshot, or None."""
        text = self.text(project)
        return None if text is None else Snapshot.loads(text, self.where(project))

    def text(self, project: str) -> str | None:
        """
        Give the content of the file.

        Whether there is one is known from the library's tree: a read may fail for other reasons.
        """
        if project not in self.dss.project_keys:
            return None
        return self._content(project, STATE) if STATE in self._tree(project) else None

    def write(
        self, project: str, snapshot: Snapshot, *, over: int | None, keep: bool = True
    ) -> None:
        """Replace the file, after adding it to the history."""
        refuse_stale(self._current(project, over), snapshot, over, project, self.where(project))
        with store_denied(project):
            for folder in (FOLDER, HISTORY) if keep else (FOLDER,):
                if folder not in self._folders.setdefault(project, set()):
                    self._make(project, folder)
            if keep:
                for name, text in archive.files(snapshot, self._reader(project)).items():
                    self._put(project, f"{HISTORY}/{name}", text.encode())
                # DSS has no conditional writes: what can be done is to look right before this one.
                stored = self._current(project, over)
                refuse_stale(stored, snapshot, over, project, self.where(project))
            self._put(project, STATE, snapshot.dumps().encode())

    def forget(self, project: str) -> None:
        """Delete the file, unless it went with the project."""
        self._folders.pop(project, None)
        if project in self.dss.project_keys and STATE in self._tree(project):
            self.dss.send("DELETE", f"{_library(project)}/contents/{STATE}")

    def serials(self, project: str) -> list[int]:
        """List the deployments in the history."""
        return numbers(self.history_files(project), ".json")

    def history_files(self, project: str) -> list[str]:
        """List the files of the history."""
        if project not in self.dss.project_keys:
            return []
        prefix = f"{HISTORY}/"
        tree = self._tree(project)
        return [f.removeprefix(prefix) for f in tree if f.startswith(prefix)]

    def prune(self, project: str, files: Sequence[str]) -> None:
        """Delete files of the history."""
        for name in files:
            self.dss.send("DELETE", f"{_library(project)}/contents/{HISTORY}/{name}")

    def head(self, project: str, serial: int) -> Head:
        """Give what the history lists of a deployment."""
        return archive.head(*self._stored(project, serial))

    def past(self, project: str, serial: int) -> Snapshot:
        """Give the snapshot of a deployment."""
        return archive.unpacked(*self._stored(project, serial), self._reader(project))

    def _stored(self, project: str, serial: int) -> tuple[str, str]:
        """The content and the name of a deployment's file."""
        path = f"{HISTORY}/{file_of(serial)}"
        try:
            text = self._content(project, path) if project in self.dss.project_keys else None
        except Denied:
            raise
        except DssError:
            if serial in self.serials(project):
                raise
            text = None
        if text is None:
            raise no_such(project, serial, self.serials(project))
        return text, f"{path} of project {project}"

    def _reader(self, project: str) -> Callable[[str], str | None]:
        """A function that gives the content of a file of the history."""

        def read(name: str) -> str | None:
            try:
                return self._content(project, f"{HISTORY}/{name}")
            except Denied:
                raise
            except DssError:
                if name in self.history_files(project):
                    raise
                return None

        return read

    def lock_records(self, project: str) -> LockRecords:
        """Give the project's tags."""
        return LockTags(self.dss, project)

    def projects(self) -> list[str]:
        """Look into the library of each project that the key can see; one that it cannot read has no state of dssdsl."""
        found = []
        for project in sorted(self.dss.project_keys):
            try:
                if STATE in self._tree(project):
                    found.append(project)
            except Denied:
                continue
        return found

    def where(self, project: str) -> str:
        """Name the file."""
        return f"{STATE} of project {project}"

    def _current(self, project: str, over: int | None) -> str | None:
        """The content of the file; a known one is read without listing the tree."""
        if over:
            try:
                return self._content(project, STATE)
            except Denied:
                raise
            except DssError:
                if STATE in self._tree(project):
                    raise
                return None
        return self._content(project, STATE) if STATE in self._tree(project) else None

    @making_sense("a file of a project's library")
    def _content(self, project: str, path: str) -> str:
        return str(self.dss.json("GET", f"{_library(project)}/contents/{path}")["data"])

    def _put(self, project: str, path: str, content: bytes) -> None:
        self.dss.send("POST", f"{_library(project)}/contents/{path}", raw=content)

    def _make(self, project: str, folder: str) -> None:
        try:
            self.dss.send("POST", f"{_library(project)}/folders/{folder}")
        except DssError:
            # An earlier attempt may have created it: the tree shows it.
            if folder not in self._tree(project):
                raise
        self._folders[project].add(folder)

    @making_sense("a project's library")
    def _tree(self, project: str) -> set[str]:
        """The paths of dssdsl's folders and files in the library."""
        found: set[str] = set()
        with store_denied(project):
            items = self.dss.json("GET", f"{_library(project)}/contents")
        for item in items:
            if item["name"] == FOLDER:
                found.add(FOLDER)
                for child in item.get("children") or ():
                    path = f"{FOLDER}/{child['name']}"
                    found |= {path, *(f"{path}/{c['name']}" for c in child.get("children") or ())}
        self._folders[project] = found & {FOLDER, HISTORY}
        return found


@frozen
class LockTags:
    """Keeps the records of a lock as tags of the project's Git, which make no commits."""

    dss: Session
    project: str

    def read(self) -> dict[int, str]:
        """Read all records; a project that is gone has none."""
        try:
            with store_denied(self.project):
                tags = self.dss.git(self.project).tags()
        except (NotFound, Denied):
            self.dss.forget_projects()
            if self.project in self.dss.project_keys:
                raise
            return {}
        found = {}
        for tag in tags:
            lock = tag.name.startswith(LOCK)
            for number in numbers([tag.name.removeprefix(LOCK)] if lock else []):
                if not tag.message:
                    # As a record it would belong to somebody else for ever, even if it is ours.
                    raise DssError(
                        f"DSS returns tag {tag.name} of project {self.project}, which is a lock, without its message",
                        fix='delete the tag in DSS if nobody is deploying; if this happens again, keep state elsewhere: store = "git", or "local"',
                    )
                found[number] = tag.message
        return found

    def create(self, number: int, text: str) -> bool:
        """Create a tag; DSS refuses one that exists, most likely, and the list decides."""
        with store_denied(self.project):
            try:
                self.dss.git(self.project).create_tag(f"{LOCK}{number}", text)
            except DssError as error:
                # Another process may have deleted it already.
                if "exist" in error.problem or number in self.read():
                    return False
                raise
        return True

    def delete(self, number: int) -> None:
        """Delete a tag."""
        try:
            self.dss.git(self.project).delete_tag(f"{LOCK}{number}")
        except DssError:
            if number in self.read():
                raise


def _library(project: str) -> str:
    return f"/projects/{quoted(project)}/libraries"


@contextmanager
def store_denied(project: str) -> Iterator[None]:
    """Add what to do to the error of a key that may not write the library or tags of a project."""
    try:
        yield
    except Denied as error:
        raise Denied(
            f"the key may not keep state in project {project}: {error.problem}",
            fix='ask for permission to write its library and Git, or use another store: store = "git", or "local", in dssdsl.toml',
        ) from error
