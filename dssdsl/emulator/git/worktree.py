"""A project as this package sees it, and git run in it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any, Protocol

from dssdsl.emulator.errors import failed, illegal

from .command import git
from .history import History

_WITHOUT_INDEX = ("config", "for-each-ref", "log", "remote", "rev-list", "rev-parse")


class Worktree(Protocol):
    """A project, as its Git sees it: files in a folder, and changes that are not on disk yet."""

    folder: Path
    history: History
    tag_objects: dict[str, tuple[str, str]]
    """Commit and message of each tag object by id, as far as they are known."""

    def settle(self, *, index: bool = True) -> None:
        """Write pending changes to disk and to Git, and to its index if requested."""

    def reload(self) -> None:
        """Forget the documents that were read, as the files have changed."""

    def reopen(self) -> None:
        """Forget the documents and the version tags."""


def run(project: Worktree, *args: str, author: str = "dssuser", fine: tuple[int, ...] = ()) -> str:
    """
    Run git in the project, after writing the queue. Failures become errors of DSS.

    Args:
        project: The project.

        args: The arguments of git.

        author: The author of a commit.

        fine: Exit codes for which the output is empty instead of an error.
    """
    project.settle(index=args[0] not in _WITHOUT_INDEX)
    try:
        return git(project.folder, *args, author=author)
    except subprocess.CalledProcessError as error:
        if error.returncode in fine:
            return ""
        message = error.stderr.decode(errors="replace").strip()
        raise failed(message, "org.eclipse.jgit.api.errors.JGitInternalException") from None


def checked(name: Any) -> str:
    """Return the name of a branch or tag. Raises ``Refused`` for one that git would take for an option."""
    if not isinstance(name, str) or not name or name.startswith("-"):
        raise illegal(f"Invalid name: {name}")
    return name
