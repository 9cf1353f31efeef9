"""Load projects from a Git clone, an export or a plain folder, and save them to a folder."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import IO

from dssdsl.emulator.git.command import git
from dssdsl.emulator.git.history import History

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
"""The folders beside a project's configuration: the name in an export, and the emulator's."""

PROJECT_FOLDERS = (*ARCHIVED.values(), "bundles", "packages")
"""The emulator's folders with files of each project."""

_BESIDE = ".beside"
"""The folder in a saved project for the files beside its configuration."""


def load(source: Path, root: Path, key: str) -> None:
    """
    Copy a project into a data folder.

    Args:
        source: A folder or the archive of an export. In an export it finds ``project_config`` and
            the files beside it.

        root: The data folder.

        key: The key of the new project.

    Raises:
        FileNotFoundError: It is not a project.
        ValueError: It is a file, and not an archive.
    """
    with contextlib.ExitStack() as stack:
        folder = source
        if source.is_file():
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dss-export-")))
            extract(source, folder)
        inside = folder / "project_config"
        config = inside if inside.is_dir() else folder
        if not (config / "params.json").is_file():
            raise FileNotFoundError(f'"{source}" is not a DSS project: it has no params.json')
        _copy(folder, config, root, key)


def _copy(folder: Path, config: Path, root: Path, key: str) -> None:
    target = root / "projects" / key
    shutil.copytree(config, target, copy_function=shutil.copyfile)
    shutil.rmtree(target / _BESIDE, ignore_errors=True)
    for place in PROJECT_FOLDERS:
        if (config / _BESIDE / place).is_dir():
            shutil.copytree(config / _BESIDE / place, root / place / key)
    for name, place in ARCHIVED.items():
        if config == folder and name != "uploads":  # there it contains the project's own documents
            continue
        if (folder / name).is_dir():
            shutil.copytree(folder / name, root / place / key)
    shutil.rmtree(target / "uploads", ignore_errors=True)
    if not (target / ".git").is_dir():
        (target / ".git").unlink(
            missing_ok=True
        )  # the file of a work tree, whose repository is elsewhere
        create_repository(target)


def save(root: Path, key: str, folder: Path) -> None:
    """
    Copy a project out of a data folder, as ``load`` reads it.

    Its configuration and Git go to the folder itself; the files beside them go to a folder in it that
    Git ignores.

    Args:
        root: The data folder.

        key: The project, without pending commits.

        folder: The target folder.
    """
    shutil.copytree(root / "projects" / key, folder, dirs_exist_ok=True)
    held = [place for place in PROJECT_FOLDERS if (root / place / key).is_dir()]
    for place in held:
        shutil.copytree(root / place / key, folder / _BESIDE / place)
    exclude = folder / ".git" / "info" / "exclude"
    known = exclude.read_text(encoding="utf-8") if exclude.exists() else ""
    if held and f"/{_BESIDE}/" not in known.splitlines():
        exclude.parent.mkdir(exist_ok=True)
        exclude.write_text(f"{known}/{_BESIDE}/\n", encoding="utf-8")


def extract(archive: Path | IO[bytes], folder: Path) -> None:
    """
    Unpack an archive into a folder.

    Raises:
        ValueError: It is not an archive, or a path in it leads out of the folder.
    """
    try:
        with zipfile.ZipFile(archive) as file:
            root = folder.resolve()
            for name in file.namelist():
                if not (root / name).resolve().is_relative_to(root):
                    raise ValueError(f"Invalid path in the archive: {name}")
            file.extractall(folder)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise ValueError(f"The file is not an archive: {error}") from None


def create_repository(target: Path) -> None:
    """Create a repository in a folder, with everything in its first commit, which is queued."""
    history = History(target, target.parent.parent / "journals" / f"{target.name}.jsonl")
    history.init()
    paths = git(target, "ls-files", "--others", "--exclude-standard", "-z").split("\0")
    files = {path: (target / path).read_bytes() for path in paths if (target / path).is_file()}
    history.record(f"Imported project {target.name}", "dssuser", files, {})
