"""The Git repository of a project, with a durable queue of commits."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from .command import git

Files = Mapping[str, bytes | None]

_CONFIG = """[core]
\trepositoryformatversion = 0
\tfilemode = false
\tbare = false
\tlogallrefupdates = true
"""

_PACKS = 100
"""The most packs of a repository."""


class History:
    """
    The commits of one project.

    A commit is appended to a journal. Git gets the whole queue by one ``git fast-import`` when a
    request needs Git: one commit costs 24 ms.

    Args:
        folder: The project's folder, which is the work tree.

        journal: The file with the commits that Git does not have yet.

        clock: Returns the time in seconds.
    """

    def __init__(self, folder: Path, journal: Path, clock: Callable[[], float] = time.time) -> None:
        self.folder, self.journal, self.clock = folder, journal, clock
        self.queued = 0

    def init(self, repo: Path | None = None) -> Path:
        """Create a Git repository without commits, the folder's own or another, and return its path."""
        repo = repo or self.folder / ".git"
        for name in ("objects", "refs/heads", "refs/tags", "info"):
            (repo / name).mkdir(parents=True, exist_ok=True)
        (repo / "HEAD").write_text("ref: refs/heads/master\n")
        (repo / "config").write_text(_CONFIG)
        (repo / "info" / "exclude").write_text("version-tags.json\n")
        return repo

    def head(self) -> str | None:
        """Return the newest commit that Git has, or None before the first."""
        ref = self._head_ref()
        if not ref.startswith("ref: "):
            return ref
        loose = self.folder / ".git" / ref[5:]
        if loose.exists():
            return loose.read_text().strip()
        packed = self.folder / ".git" / "packed-refs"
        for line in packed.read_text().splitlines() if packed.exists() else ():
            if line.endswith(f" {ref[5:]}"):
                return line.split()[0]
        return None

    def branch(self) -> str:
        """Return the branch that the work tree is on."""
        return self._head_ref().removeprefix("ref: ").removeprefix("refs/heads/")

    def _head_ref(self) -> str:
        return (self.folder / ".git" / "HEAD").read_text().strip()

    def record(
        self, message: str | None, login: str, files: Files, tags: Mapping[str, Any]
    ) -> None:
        """
        Queue a commit.

        Args:
            message: The commit message. None changes files without a commit, as DSS does in projects
                in explicit commit mode.

            login: The author.

            files: The new content of each changed file; None deletes the file.

            tags: The version tags that it sets, which are outside Git.
        """
        entry = {
            "message": message,
            "login": login,
            "time": int(self.clock()),
            "files": {path: _text(content) for path, content in files.items()},
            "tags": tags,
        }
        first = ""
        if not self.queued:
            self.journal.parent.mkdir(parents=True, exist_ok=True)
            first = json.dumps({"head": self.head()}) + "\n"
        with self.journal.open("a", encoding="utf-8") as file:
            file.write(f"{first}{json.dumps(entry)}\n")
        self.queued += 1

    def recover(self) -> dict[str, Any]:
        """
        Take over the journal of an earlier process, and return the version tags in it.

        Writes the files that differ, as that process may have died between journal and file.
        """
        tags: dict[str, Any] = {}
        self.unlock()
        if not self.journal.exists():
            return tags
        entries = list(self._entries())
        for entry in entries:
            tags.update(entry["tags"])
        for entry in entries:
            for path, text in entry["files"].items():
                content = _bytes(text)
                if content is None or not _holds(self.folder / path, content):
                    write(self.folder, path, content)
        if self._imported(entries):
            self.outdate_index()
            self.journal.unlink()
        else:
            self.queued = len(entries)
        return tags

    def unlock(self) -> None:
        """Remove the locks of killed gits. No git is running: it would hold the emulator's own lock."""
        repo = self.folder / ".git"
        for lock_file in (*repo.glob("*.lock"), *(repo / "refs").rglob("*.lock")):
            lock_file.unlink(missing_ok=True)

    def forget(self) -> None:
        """Discard the queue."""
        self.journal.unlink(missing_ok=True)
        self.queued = 0

    def _imported(self, entries: list[dict[str, Any]]) -> bool:
        """Return whether Git has the journal's commits: the process died before it deleted the journal."""
        messages = [entry["message"] for entry in entries if entry["message"] is not None]
        if not messages or self.head() in (None, self._base()):
            return False
        newest = git(self.folder, "log", "-1", "--format=%B")
        return newest.rstrip("\n") == str(messages[-1])

    def drain(self) -> None:
        """Write the queued commits to Git, without the index."""
        if not self.queued:
            return
        entries = [entry for entry in self._entries() if entry["message"] is not None]
        if entries:
            stream = b"".join(self._stream(entries)) + b"done\n"
            try:
                git(self.folder, "fast-import", "--quiet", "--done", stdin=stream)
            except subprocess.CalledProcessError:
                if not self._imported(entries):  # by the git of an earlier, killed process
                    raise
            self.outdate_index()
        self.forget()

    def outdate_index(self) -> None:
        """Delete the index, because Git has newer commits; ``refresh_index`` creates it again."""
        (self.folder / ".git" / "index").unlink(missing_ok=True)

    def refresh_index(self) -> None:
        """Create the index, if it is missing. Afterwards ``git status`` in the folder is clean."""
        if self.head() and not (self.folder / ".git" / "index").exists():
            self._pack()
            git(self.folder, "read-tree", "HEAD")

    def _pack(self) -> None:
        """Join the packs if there are too many: each ``fast-import`` writes one."""
        if sum(1 for _ in (self.folder / ".git" / "objects" / "pack").glob("*.pack")) > _PACKS:
            git(self.folder, "repack", "-a", "-d", "--quiet")

    def _lines(self) -> Iterator[dict[str, Any]]:
        with self.journal.open(encoding="utf-8") as lines:
            for line in lines:
                try:
                    yield json.loads(line)
                except ValueError:  # the last line, if the process died while it wrote it
                    return

    def _entries(self) -> Iterator[dict[str, Any]]:
        return (line for line in self._lines() if "files" in line)

    def _base(self) -> str | None:
        first = next(self._lines(), {})
        base: str | None = first.get("head")
        return base

    def _stream(self, entries: list[dict[str, Any]]) -> Iterator[bytes]:
        branch = f"refs/heads/{self.branch()}"
        parent = f"from {branch}^0\n".encode() if self.head() else b""
        for entry in entries:
            when = f"{entry['time']} +0000"
            author = entry["login"].replace("<", "").replace(">", "").replace("\n", " ")
            yield f"commit {branch}\nauthor {author} <{author}@emulator> {when}\n".encode()
            yield f"committer dssuser <dssuser@emulator> {when}\n".encode()
            yield _data(entry["message"].encode()) + parent
            parent = b""
            for path, text in entry["files"].items():
                quoted = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
                content = _bytes(text)
                if content is None:
                    yield f'D "{quoted}"\n'.encode()
                else:
                    yield f'M 100644 inline "{quoted}"\n'.encode() + _data(content)
            yield b"\n"


def write(folder: Path, path: str, content: bytes | None) -> None:
    """Write a file of a project, or delete it if the content is None."""
    target = folder / path
    if content is None:
        target.unlink(missing_ok=True)
        return
    try:
        target.write_bytes(content)
    except FileNotFoundError:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def _data(content: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(content), content)


def _text(content: bytes | None) -> Any:
    if content is None:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return {"latin": content.decode("latin-1")}


def _bytes(stored: Any) -> bytes | None:
    if stored is None:
        return None
    text: str = stored["latin"] if isinstance(stored, dict) else stored
    return text.encode("latin-1" if isinstance(stored, dict) else "utf-8")
