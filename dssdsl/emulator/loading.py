"""Projects from elsewhere: a Git clone, an unpacked export, a plain folder."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from .history import History, git

if TYPE_CHECKING:
    from pathlib import Path

GITIGNORE = "".join(
    f"{name}\n"
    for name in (
        *(".journal", ".mainlock", ".wlock", ".ts", "git-info.json", ".git"),
        *("merge-requests.json", "version-tags.json", "*.pyc", ".coverage", ".htmlcov"),
        *(".DS_Store", ".idea"),
    )
)


def load(folder: Path, root: Path, key: str) -> None:
    """
    Copy a project into an emulator's root.

    Args:
        folder: What to copy. An export's ``project_config`` and ``uploads`` are found in it.

        root: The emulator's folder.

        key: The key that the project gets.
    """
    config = folder / "project_config" if (folder / "project_config").is_dir() else folder
    if not (config / "params.json").is_file():
        raise FileNotFoundError(f'"{folder}" is no DSS project: it has no params.json')
    target = root / "projects" / key
    shutil.copytree(config, target, copy_function=shutil.copyfile)
    uploads = folder / "uploads"
    if uploads.is_dir():
        shutil.move(target / "uploads", root / "uploads" / key) if (
            target / "uploads"
        ).is_dir() else shutil.copytree(uploads, root / "uploads" / key)
    if not (target / ".git").exists():
        begin(target)


def begin(target: Path) -> None:
    """Make a folder a repository whose first commit is all that lies in it."""
    history = History(target, target.parent.parent / "journals" / f"{target.name}.jsonl")
    history.init()
    git(target, "add", "-A")
    git(target, "commit", "--quiet", "--allow-empty", "-m", f"Imported project {target.name}")
