"""A Git repository's objects and refs, its remote's where it has one; its files and index stay as they are."""

from __future__ import annotations

import hashlib
import re
import sys
import tempfile
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field

from dssdsl.errors import Denied, DssdslError, DssError, ProgramError, Unreachable

from .files import exclusive, storage_errors

if TYPE_CHECKING:
    from git import Git, Repo

TIMEOUT = 120.0
"""Seconds that one command of Git may take; without it one that waits for an answer would wait for ever."""
DENIED = re.compile(
    r"authentication failed|permission|access denied|not allowed|could not read (username|password)|protected|\b40[13]\b",
    re.IGNORECASE,
)
MOVED = re.compile(
    r"! \[rejected\]|\((cannot lock ref|failed to update ref|incorrect old value|reference already exists)|"
    r"\bcannot lock ref|remote ref does not exist",
    re.IGNORECASE,
)


class Moved(Exception):
    """A ref has changed; the caller reads it again."""


def is_url(place: str) -> bool:
    """Whether it is somewhere else: ``https://…``, ``git@host:path``; not a folder here."""
    return "://" in place or bool(re.match(r"[\w.-]+@[\w.-]+:", place))


@define(slots=False)
class Repository:
    """
    A repository.

    Args:
        place: A folder in it, or the URL of another one.
        cache: The folder with the clone of a URL.
    """

    place: str
    cache: Path
    _remote: str | None = field(default=None, init=False)

    @cached_property
    def folder(self) -> str:
        """
        Where its objects and refs are.

        Raises:
            ProgramError: There is no repository.
        """
        from git import Git, Repo
        from git.exc import GitCommandError, InvalidGitRepositoryError, NoSuchPathError

        if is_url(self.place):
            name = hashlib.sha256(self.place.encode()).hexdigest()[:16]
            bare = self.cache / f"{name}.git"
            with storage_errors(self.cache), exclusive(bare.with_suffix(".lock")):
                bare.mkdir(parents=True, exist_ok=True)
                try:
                    Git(bare).init("--bare", "--quiet")
                    Git(bare).config("remote.origin.url", self.place)
                except GitCommandError as error:
                    text = str(error.stderr).strip()
                    raise DssError(
                        f"git cannot prepare {bare}: {text}",
                        fix="delete that folder; it is a copy",
                    ) from None
            self._remote = "origin"
            return str(bare)
        try:
            repo: Repo = Repo(self.place, search_parent_directories=True)
        except (InvalidGitRepositoryError, NoSuchPathError):
            raise ProgramError(
                f'store = "git", and {self.place} is in no Git repository',
                fix='run git init, or name another one: store = { git = "PATH or URL" }',
            ) from None
        with repo:
            names = [remote.name for remote in repo.remotes]
            self._remote = "origin" if "origin" in names else names[0] if names else None
            return str(repo.common_dir)

    @property
    def remote(self) -> str | None:
        """The remote that everybody shares, if there is one: ``origin``, else the first."""
        _ = self.folder
        return self._remote

    # -- refs --------------------------------------------------------------------------------

    def refs(self, pattern: str) -> dict[str, str]:
        """What refs point at, by name: of the remote where there is one."""
        if self.remote:
            text = self.git("ls-remote", self.remote, pattern)
        else:
            text = self.git("for-each-ref", "--format=%(objectname)%09%(refname)", pattern)
        found = (line.split("\t") for line in text.splitlines())
        return {name: sha for sha, name in found if not name.endswith("^{}")}

    def own(self, ref: str) -> str | None:
        """What a ref points at in this repository; the remote's can differ."""
        return self.git("for-each-ref", "--format=%(objectname)", ref) or None

    def bring(self, ref: str, sha: str) -> None:
        """
        Have the object here that a ref points at.

        Raises:
            Moved: The remote has something else by now.
        """
        if self._has(sha):
            return
        if self.remote:
            options = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-gc")
            try:
                self.git("fetch", *options, self.remote, ref)
            except DssdslError as error:
                if "find remote ref" in error.problem:
                    raise Moved from None
                raise
        if not self._has(sha):
            raise Moved

    def _has(self, sha: str) -> bool:
        try:
            self.git("cat-file", "-e", sha)
        except DssdslError:
            return False
        return True

    def swap(self, ref: str, old: str | None, new: str | None) -> None:
        """
        Point a ref at something else, only if it is what it was; None is no ref.

        Raises:
            Moved: It is not.
        """
        try:
            if self.remote:
                lease = f"--force-with-lease={ref}:{old or ''}"
                self.git("push", "--quiet", "--no-verify", lease, self.remote, f"{new or ''}:{ref}")
            elif new:
                self.git("update-ref", ref, new, old or "")
            else:
                self.git("update-ref", "-d", ref, *([old] if old else []))
        except DssdslError as error:
            if MOVED.search(error.problem):
                raise Moved from error
            raise

    # -- objects -----------------------------------------------------------------------------

    def store(self, content: bytes) -> str:
        """Keep *content* as an object."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "content"
            path.write_bytes(content)
            return self.git("hash-object", "-w", "--no-filters", str(path))

    def content(self, sha: str) -> bytes:
        """Give what `store` kept."""
        return self._run("cat-file", "blob", sha)

    def files(self, commit: str, folder: str) -> dict[str, str]:
        """Everything that lies in a folder of a commit, by its name in it."""
        found = {}
        text = self.git("ls-tree", "--full-tree", "-r", "-z", commit, f"{folder}/")
        for line in text.split("\0"):
            if line:
                head, _, name = line.partition("\t")
                found[name.removeprefix(f"{folder}/")] = head.split()[2]
        return found

    def commit(self, parent: str | None, files: Mapping[str, bytes | None], message: str) -> str:
        """Make a commit that has these files, or has them no more; nothing points at it yet."""
        with tempfile.TemporaryDirectory() as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            self.git("read-tree", parent or "--empty", env=index)
            for path, content in files.items():
                change = ["--force-remove", path]
                if content is not None:
                    change = ["--add", "--cacheinfo", f"100644,{self.store(content)},{path}"]
                self.git("update-index", *change, env=index)
            tree = self.git("write-tree", env=index)
        parents = ("-p", parent) if parent else ()
        return self.git("commit-tree", tree, *parents, "-m", message, env=self._signed)

    @cached_property
    def _signed(self) -> Mapping[str, str]:
        """The author of commits if Git has none configured, as on many CI machines."""
        try:
            self.git("var", "GIT_COMMITTER_IDENT")
        except DssdslError:
            roles = ("AUTHOR", "COMMITTER")
            names = {f"GIT_{role}_NAME": "dssdsl" for role in roles}
            return names | {f"GIT_{role}_EMAIL": "dssdsl@localhost" for role in roles}
        return {}

    # -- commands ----------------------------------------------------------------------------

    def git(self, *words: str, env: Mapping[str, str] | None = None) -> str:
        """Run a command of Git."""
        return self._run(*words, env=env).decode("utf-8", errors="surrogateescape").strip("\n")

    def _run(self, *words: str, env: Mapping[str, str] | None = None) -> bytes:
        from git import Git
        from git.exc import GitCommandError, GitCommandNotFound

        git: Git = Git(self.folder)
        git.update_environment(
            GIT_DIR=self.folder, GIT_TERMINAL_PROMPT="0", GCM_INTERACTIVE="never", **(env or {})
        )
        # Others may be changing refs at the same time: worth waiting for.
        patience = ("-c", "core.filesRefLockTimeout=5000", "-c", "core.packedRefsTimeout=5000")
        try:
            output: bytes = git.execute(
                ["git", *patience, *words],
                stdout_as_string=False,
                strip_newline_in_stdout=False,
                kill_after_timeout=None if sys.platform == "win32" else TIMEOUT,
            )
        except GitCommandNotFound:
            raise ProgramError(
                'store = "git" needs the program git, and it is not here', fix="install Git"
            ) from None
        except GitCommandError as error:
            raise self._failed(words[0], str(error.stderr)) from None
        return output

    def _failed(self, command: str, said: str) -> DssdslError:
        said = re.sub(r"://[^/@\s]+@", "://", said)  # a URL may hold a password
        lines = [line.strip() for line in said.replace("stderr: '", "").splitlines()]
        text = "; ".join(line.strip("'") for line in lines if line.strip("'")) or "no message"
        where = self.remote if command in ("ls-remote", "fetch", "push") else None
        if where and "hook declined" in text:
            return Denied(
                f"git {command} with {where} is not allowed: {text}",
                fix="have the remote accept what dssdsl pushes, or keep state elsewhere: store = … in dssdsl.toml",
            )
        if where and DENIED.search(text):
            return Denied(
                f"git {command} with {where} is not allowed: {text}",
                fix="check that git push works there without asking for a password",
            )
        if where:
            return Unreachable(
                f"git {command} with {where}: {text}", fix="check that git fetch works there"
            )
        return DssError(f"git {command} in {self.folder}: {text}")
