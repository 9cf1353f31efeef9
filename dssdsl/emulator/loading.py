"""Projects from elsewhere: a Git clone, an unpacked export, a plain folder."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import IO

from .history import History, git

GITIGNORE = "".join(
    f"{name}\n"
    for name in (
        *(".journal", ".mainlock", ".wlock", ".ts", "git-info.json", ".git"),
        *("merge-requests.json", "version-tags.json", "*.pyc", ".coverage", ".htmlcov"),
        *(".DS_Store", ".idea"),
    )
)


ARCHIVED = {
    "uploads": "uploads",
    "managed_folders": "folders",
    "discussions": "discussions",
    "attachments": "attachments",
}
"""What lies beside a project's configuration: the folder in an export, and the emulator's."""

OF_A_PROJECT = (*ARCHIVED.values(), "bundles", "packages")
"""The emulator's folders that hold something of each project."""


def load(source: Path, root: Path, key: str) -> None:
    """
    Copy a project into an emulator's root.

    Args:
        source: What to copy: a folder or an export's archive. An export's ``project_config`` and
            the files beside it are found in it.

        root: The emulator's folder.

        key: The key that the project gets.

    Raises:
        FileNotFoundError: It is no project.
        ValueError: It is a file, and not such an archive.
    """
    with contextlib.ExitStack() as stack:
        folder = source
        if source.is_file():
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dss-export-")))
            extract(source, folder)
        inside = folder / "project_config"
        config = inside if inside.is_dir() else folder
        if not (config / "params.json").is_file():
            raise FileNotFoundError(f'"{source}" is no DSS project: it has no params.json')
        _copy(folder, config, root, key)


def _copy(folder: Path, config: Path, root: Path, key: str) -> None:
    target = root / "projects" / key
    shutil.copytree(config, target, copy_function=shutil.copyfile)
    for name, place in ARCHIVED.items():
        if config == folder and name != "uploads":  # there it holds the project's own documents
            continue
        if (folder / name).is_dir():
            shutil.copytree(folder / name, root / place / key)
    shutil.rmtree(target / "uploads", ignore_errors=True)
    if not (target / ".git").is_dir():
        (target / ".git").unlink(missing_ok=True)  # a work tree's, whose repository is elsewhere
        begin(target)


def extract(archive: Path | IO[bytes], folder: Path) -> None:
    """
    Unpack an archive into a folder.

    Raises:
        ValueError: It is no archive, or a path in it leads elsewhere.
    """
    try:
        with zipfile.ZipFile(archive) as file:
            root = folder.resolve()
            for name in file.namelist():
                if not (root / name).resolve().is_relative_to(root):
                    raise ValueError(f"Invalid path in the archive: {name}")
            file.extractall(folder)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise ValueError(f"The file is no archive: {error}") from None


def begin(target: Path) -> None:
    """Make a folder a repository whose first commit is all that lies in it."""
    history = History(target, target.parent.parent / "journals" / f"{target.name}.jsonl")
    history.init()
    git(target, "add", "-A")
    git(target, "commit", "--quiet", "--allow-empty", "-m", f"Imported project {target.name}")
