"""Snapshots in the project itself, as files of its library: they live in the project's Git."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from attrs import define, field, frozen

from dssdsl.dss.session import Session
from dssdsl.dss.session import at as quoted
from dssdsl.errors import Denied, DssError, NotFound
from dssdsl.lang.provider import making_sense
from dssdsl.state.lock import Board
from dssdsl.state.snapshot import Snapshot

from . import no_such, numbers, refuse_stale

FOLDER = ".dataiku_framework"
STATE = f"{FOLDER}/state.json"
HISTORY = f"{FOLDER}/history"
LOCK = "dssdsl/lock/"
"""What the names of the tags begin with that are lock notes."""


@define
class DssStore:
    """Keeps snapshots as the library files ``state.json`` and ``history/<serial>.json``, the lock as tags."""

    dss: Session
    _folders: dict[str, set[str]] = field(factory=dict, init=False)

    def read(self, project: str) -> Snapshot | None:
        """Give the current snapshot of *project*, or None where it has none."""
        text = self.text(project)
        return None if text is None else Snapshot.loads(text, self.where(project))

    def text(self, project: str) -> str | None:
        """
        Give the file as it is.

        That there is none is known from the library's tree, not from a read that failed.
        """
        if project not in self.dss.project_keys:
            return None
        return self._content(project, STATE) if STATE in self._tree(project) else None

    def write(self, project: str, snapshot: Snapshot, *, over: int, keep: bool = True) -> None:
        """Replace the file, the history's copy first."""
        refuse_stale(self._current(project, over), snapshot, over, project, self.where(project))
        with no_way(project):
            for folder in (FOLDER, HISTORY) if keep else (FOLDER,):
                if folder not in self._folders.setdefault(project, set()):
                    self._make(project, folder)
            text = snapshot.dumps().encode()
            if keep:
                self._put(project, f"{HISTORY}/{snapshot.serial}.json", text)
            self._put(project, STATE, text)

    def forget(self, project: str) -> None:
        """Remove the file, unless it went with the project."""
        self._folders.pop(project, None)
        if project in self.dss.project_keys and STATE in self._tree(project):
            self.dss.send("DELETE", f"{_library(project)}/contents/{STATE}")

    def serials(self, project: str) -> list[int]:
        """List the history."""
        if project not in self.dss.project_keys:
            return []
        prefix = f"{HISTORY}/"
        tree = self._tree(project)
        return numbers([f.removeprefix(prefix) for f in tree if f.startswith(prefix)], ".json")

    def past(self, project: str, serial: int) -> Snapshot:
        """Give one of the history."""
        serials = self.serials(project)
        if serial not in serials:
            raise no_such(project, serial, serials)
        path = f"{HISTORY}/{serial}.json"
        return Snapshot.loads(self._content(project, path), f"{path} of project {project}")

    def board(self, project: str) -> Board:
        """Give the tags of the project's Git."""
        return TagBoard(self.dss, project)

    def where(self, project: str) -> str:
        """Name the file."""
        return f"{STATE} of project {project}"

    def _current(self, project: str, over: int) -> str | None:
        """What is stored now; a file that was there before is asked for at once."""
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
            # Another try may have made it: the tree tells.
            if folder not in self._tree(project):
                raise
        self._folders[project].add(folder)

    @making_sense("a project's library")
    def _tree(self, project: str) -> set[str]:
        """Our folders and files in the library, by path."""
        found: set[str] = set()
        with no_way(project):
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
class TagBoard:
    """Lock notes as tags of the project's Git: they leave no commit behind."""

    dss: Session
    project: str

    def notes(self) -> dict[int, str]:
        """Read them all; a project that is gone has none."""
        try:
            with no_way(self.project):
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
                    # Taken for a note it would be somebody's for ever, even if it is our own.
                    raise DssError(
                        f"DSS does not say who made tag {tag.name} of project {self.project}, which is a lock",
                        fix='delete that tag in DSS if nobody deploys; if it comes again, keep state elsewhere: store = "git", or "local"',
                    )
                found[number] = tag.message
        return found

    def pin(self, number: int, text: str) -> bool:
        """Make a tag; one that there is already is most likely refused, and the list tells."""
        with no_way(self.project):
            try:
                self.dss.git(self.project).create_tag(f"{LOCK}{number}", text)
            except DssError as error:
                # Whoever was faster may be gone from the list already.
                if "exist" in error.problem or number in self.notes():
                    return False
                raise
        return True

    def take_down(self, number: int) -> None:
        """Delete a tag."""
        try:
            self.dss.git(self.project).delete_tag(f"{LOCK}{number}")
        except DssError:
            if number in self.notes():
                raise


def _library(project: str) -> str:
    return f"/projects/{quoted(project)}/libraries"


@contextmanager
def no_way(project: str) -> Iterator[None]:
    """Say what to do where the key may not keep state or lock in the project."""
    try:
        yield
    except Denied as error:
        raise Denied(
            f"the key may not keep its state and lock in project {project}: {error.problem}",
            fix='ask for the right to write its library and Git, or keep state elsewhere: store = "git", or "local", in dssdsl.toml',
        ) from error
