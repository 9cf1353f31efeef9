"""Keeps state on a branch of its own in a Git repository, shared through the repository's remote."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence

from attrs import frozen

from dssdsl.errors import Locked
from dssdsl.state import archive
from dssdsl.state.archive import file_of
from dssdsl.state.lock import LockRecords
from dssdsl.state.repository import Moved, Repository
from dssdsl.state.snapshot import Head, Snapshot
from dssdsl.state.store import no_such, numbers, refuse_stale

BRANCH = "dssdsl-state"
TRIES = 20
"""Attempts at a change while others change the same branch, which holds many projects."""


@frozen
class GitStore:
    """
    Keeps snapshots as ``<folder>/<PROJECT>/state.json`` and ``history/<serial>.json`` of a branch.

    Nothing is checked out, and the index is not touched. Where the repository has a remote, the
    remote's branch is read, and each write is pushed to it.

    Args:
        repository: The repository.
        folder: The folder of this stack's projects: ``<host>/<stack>``.
        branch: The branch.
    """

    repository: Repository
    folder: str
    branch: str = BRANCH

    def read(self, project: str) -> Snapshot | None:
        """Give the current snapshot, or None."""
        text = self.text(project)
        return None if text is None else Snapshot.loads(text, self.where(project))

    def text(self, project: str) -> str | None:
        """Give the content of the file."""
        return self._text(self._tip(), project, "state.json")

    def write(
        self, project: str, snapshot: Snapshot, *, over: int | None, keep: bool = True
    ) -> None:
        """Commit the snapshot, in the history too."""
        added = archive.files(snapshot, self._reader(project)) if keep else {}
        files = {f"history/{name}": text.encode() for name, text in added.items()}
        files["state.json"] = snapshot.dumps().encode()
        what = f"deployment {snapshot.serial}" if keep else "starting a deployment"

        def check(tip: str | None) -> bool:
            stored = self._text(tip, project, "state.json")
            refuse_stale(stored, snapshot, over, project, self.where(project))
            return True

        self._commit(project, files, f"{project} on {self.folder}: {what}", check)

    def forget(self, project: str) -> None:
        """Commit the deletion of the file."""

        def check(tip: str | None) -> bool:
            return self._text(tip, project, "state.json") is not None

        self._commit(project, {"state.json": None}, f"{project} on {self.folder}: deleted", check)

    def serials(self, project: str) -> list[int]:
        """List the deployments in the history."""
        return numbers(self.history_files(project), ".json")

    def history_files(self, project: str) -> list[str]:
        """List the files of the history."""
        tip = self._tip()
        return list(self.repository.files(tip, self._history(project))) if tip else []

    def prune(self, project: str, files: Sequence[str]) -> None:
        """Commit the deletion of files of the history."""
        gone: dict[str, bytes | None] = {f"history/{name}": None for name in files}
        if gone:
            message = f"{project} on {self.folder}: old deployments deleted"
            self._commit(project, gone, message, lambda tip: tip is not None)

    def head(self, project: str, serial: int) -> Head:
        """Give what the history lists of a deployment."""
        return archive.head(*self._stored(project, serial))

    def past(self, project: str, serial: int) -> Snapshot:
        """Give the snapshot of a deployment."""
        return archive.unpacked(*self._stored(project, serial), self._reader(project))

    def _stored(self, project: str, serial: int) -> tuple[str, str]:
        """The content and the place of a deployment's file."""
        text = self._reader(project)(file_of(serial))
        if text is None:
            raise no_such(project, serial, self.serials(project))
        return text, f"{self._history(project)}/{file_of(serial)} on {self.branch}"

    def _reader(self, project: str) -> Callable[[str], str | None]:
        """A function that gives the content of a file of the history."""
        return lambda name: self._text(self._tip(), project, f"history/{name}")

    def lock_records(self, project: str) -> LockRecords:
        """Give the refs of the project's lock."""
        return LockRefs(self.repository, f"refs/tags/dssdsl/lock/{self.folder}/{project}")

    def projects(self) -> list[str]:
        """List the folders of the branch that have a state."""
        tip = self._tip()
        files = self.repository.files(tip, self.folder) if tip else {}
        return sorted(f.partition("/")[0] for f in files if f.endswith("/state.json"))

    def where(self, project: str) -> str:
        """Name the file and the branch."""
        remote = self.repository.remote
        branch = f"{remote}/{self.branch}" if remote else self.branch
        return f"{self.folder}/{project}/state.json on branch {branch}"

    def _history(self, project: str) -> str:
        return f"{self.folder}/{project}/history"

    @property
    def _ref(self) -> str:
        return f"refs/heads/{self.branch}"

    def _tip(self) -> str | None:
        """The branch's last commit; before its first push only this repository has one."""
        for _ in range(TRIES):
            tip = self.repository.refs(self._ref).get(self._ref)
            if tip is None:
                return self.repository.own(self._ref)
            try:
                self.repository.bring(self._ref, tip)
            except Moved:
                continue
            return tip
        raise self._busy()

    def _text(self, tip: str | None, project: str, name: str) -> str | None:
        files = self.repository.files(tip, f"{self.folder}/{project}") if tip else {}
        if name not in files:
            return None
        return self.repository.content(files[name]).decode("utf-8", errors="surrogateescape")

    def _commit(
        self,
        project: str,
        files: Mapping[str, bytes | None],
        message: str,
        check: Callable[[str | None], bool],
    ) -> None:
        """Commit to the branch, if *check* agrees with its last commit, even while others commit to it."""
        for _ in range(TRIES):
            tip = self._tip()
            if not check(tip):
                return
            paths = {f"{self.folder}/{project}/{name}": data for name, data in files.items()}
            commit = self.repository.commit(tip, paths, f"dssdsl: {message}")
            old = self.repository.refs(self._ref).get(self._ref)
            if old is not None and old != tip:
                continue
            try:
                self.repository.swap(self._ref, old, commit)
            except Moved:
                time.sleep(random.uniform(0.01, 0.2))  # noqa: S311 - not for secrets
                continue
            return
        raise self._busy()

    def _busy(self) -> Locked:
        return Locked(f"others keep changing branch {self.branch}", fix="try again later")


@frozen
class LockRefs:
    """Keeps the records of a lock as refs to texts."""

    repository: Repository
    base: str

    def read(self) -> dict[int, str]:
        """Read all records."""
        for _ in range(TRIES):
            refs = self.repository.refs(f"{self.base}/*")
            found = {}
            try:
                for ref, sha in refs.items():
                    for number in numbers([ref.removeprefix(f"{self.base}/")]):
                        self.repository.bring(ref, sha)
                        found[number] = self.repository.content(sha).decode(errors="replace")
            except Moved:
                continue
            return found
        raise Locked("the lock keeps changing", fix="try again later")

    def create(self, number: int, text: str) -> bool:
        """Create a ref where there is none."""
        try:
            self.repository.swap(
                f"{self.base}/{number}", None, self.repository.store(text.encode())
            )
        except Moved:
            return False
        return True

    def delete(self, number: int) -> None:
        """Delete a ref."""
        ref = f"{self.base}/{number}"
        try:
            if sha := self.repository.refs(ref).get(ref):
                self.repository.swap(ref, sha, None)
        except Moved:
            return
