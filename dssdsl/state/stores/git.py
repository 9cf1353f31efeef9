"""Snapshots on a branch of their own in a Git repository: reviewed like code, shared through its remote."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping

from attrs import frozen

from dssdsl.errors import Locked
from dssdsl.state.lock import Board
from dssdsl.state.snapshot import Snapshot

from . import no_such, numbers, refuse_stale
from .repository import Moved, Repository

BRANCH = "dssdsl-state"
TRIES = 20
"""How often something is tried again that others changed at the same time: a branch holds many projects."""


@frozen
class GitStore:
    """
    Keeps snapshots as ``<folder>/<PROJECT>/state.json`` and ``history/<serial>.json`` of a branch.

    Nothing is checked out, and the index stays as it is. Where the repository has a remote, that one's
    branch counts, and each write is pushed to it.

    Args:
        repository: Where.
        folder: What tells this deployment's projects from those of others: ``<host>/<stack>``.
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
        """Give the file as it is."""
        return self._text(self._tip(), project, "state.json")

    def write(self, project: str, snapshot: Snapshot, *, over: int, keep: bool = True) -> None:
        """Commit the snapshot, and the history's copy with it."""
        content = snapshot.dumps().encode()
        files = {"state.json": content}
        if keep:
            files[f"history/{snapshot.serial}.json"] = content
        what = f"deployment {snapshot.serial}" if keep else "what is about to be done"

        def check(tip: str | None) -> bool:
            stored = self._text(tip, project, "state.json")
            refuse_stale(stored, snapshot, over, project, self.where(project))
            return True

        self._commit(project, files, f"{project} on {self.folder}: {what}", check)

    def forget(self, project: str) -> None:
        """Commit that there is none any more."""

        def check(tip: str | None) -> bool:
            return self._text(tip, project, "state.json") is not None

        self._commit(project, {"state.json": None}, f"{project} on {self.folder}: gone", check)

    def serials(self, project: str) -> list[int]:
        """List the history."""
        tip = self._tip()
        files = self.repository.files(tip, self._history(project)) if tip else {}
        return numbers(list(files), ".json")

    def past(self, project: str, serial: int) -> Snapshot:
        """Give one of the history."""
        text = self._text(self._tip(), project, f"history/{serial}.json")
        if text is None:
            raise no_such(project, serial, self.serials(project))
        return Snapshot.loads(text, f"{self._history(project)}/{serial}.json on {self.branch}")

    def board(self, project: str) -> Board:
        """Give the refs of the project's lock."""
        return RefBoard(self.repository, f"refs/tags/dssdsl/lock/{self.folder}/{project}")

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
        """The branch's last commit; before its first push there may be one here only."""
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
        """Put a commit on the branch, if *check* agrees with what is there, even if others do so too."""
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
        return Locked(
            f"branch {self.branch} is changed by others all the time", fix="try again in a while"
        )


@frozen
class RefBoard:
    """Lock notes as refs, which point at a text."""

    repository: Repository
    base: str

    def notes(self) -> dict[int, str]:
        """Read them all."""
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
        raise Locked("the lock changes hands all the time", fix="try again in a while")

    def pin(self, number: int, text: str) -> bool:
        """Make a ref, where there is none."""
        try:
            self.repository.swap(
                f"{self.base}/{number}", None, self.repository.store(text.encode())
            )
        except Moved:
            return False
        return True

    def take_down(self, number: int) -> None:
        """Delete a ref."""
        ref = f"{self.base}/{number}"
        try:
            if sha := self.repository.refs(ref).get(ref):
                self.repository.swap(ref, sha, None)
        except Moved:
            return
