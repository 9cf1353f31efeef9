"""
The tags of a project's Git.

Clients that lock a project by tags read and write them all the time, and a git process costs 5 ms.
So this reads and writes their files, and runs git only for what it does not know.
"""

from __future__ import annotations

import hashlib
import re
import time
import zlib
from pathlib import Path
from typing import Any

from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import failed

from .commits import resolve
from .worktree import Worktree, checked, run

_FIELD = "\x1f"
_SIMPLE_NAME = re.compile(r"[\w-]+(/[\w-]+)*", re.ASCII)
_SIMPLE_MESSAGE = re.compile(r"[^\s#]([^\n\r]*\S)?")
"""Names and messages that git stores unchanged for certain."""


def tags(project: Worktree) -> list[Document]:
    """Return all tags, by name."""
    refs = _refs(project.folder / ".git")
    known = project.tag_objects
    if any(each not in known for each in refs.values()):
        _read(project)
    return [
        {
            "name": f"refs/tags/{name}",
            "shortName": name,
            "commit": known[refs[name]][0],
            "annotations": known[refs[name]][1],
            "readOnly": False,
        }
        for name in sorted(refs)
    ]


def create_tag(project: Worktree, name: Any, reference: str, message: str, login: str) -> None:
    """Tag a commit. Raises ``Refused`` if the tag exists."""
    checked(name)
    repo = project.folder / ".git"
    if name in _refs(repo):
        kind = "org.eclipse.jgit.api.errors.RefAlreadyExistsException"
        raise failed(f"tag '{name}' already exists", kind)
    target, text = resolve(project, reference), message or name
    ref = repo / "refs" / "tags" / name
    if (
        _SIMPLE_NAME.fullmatch(name)
        and _SIMPLE_MESSAGE.fullmatch(text)
        and not ref.is_dir()
        and all(not parent.is_file() for parent in ref.parents)
    ):
        tag = _store(repo, _tag_object(name, target, text))
        project.tag_objects[tag] = target, text
        _write(ref, tag)
    else:
        run(project, "tag", "-a", "-m", text, name, target, author=login)


def delete_tag(project: Worktree, name: str) -> None:
    """Delete a tag, if it exists."""
    repo = project.folder / ".git"
    if name not in _refs(repo):
        return
    if (repo / "packed-refs").exists():
        run(project, "tag", "-d", name)
    else:
        (repo / "refs" / "tags" / name).unlink()


def _refs(repo: Path) -> dict[str, str]:
    """Return the id of each tag's object, by the name of the tag."""
    packed, folder, found = repo / "packed-refs", repo / "refs" / "tags", {}
    for line in packed.read_text(encoding="utf-8").splitlines() if packed.exists() else ():
        target, _, ref = line.partition(" ")
        if ref.startswith("refs/tags/"):
            found[ref.removeprefix("refs/tags/")] = target
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix != ".lock":
            found[path.relative_to(folder).as_posix()] = path.read_text().strip()
    return found


def _read(project: Worktree) -> None:
    """Read commit and message of all tag objects."""
    form = _FIELD.join(("%(objectname)", "%(*objectname)", "%(contents:subject)"))
    for line in run(project, "for-each-ref", f"--format={form}", "refs/tags").splitlines():
        name, commit, message = line.split(_FIELD)
        project.tag_objects[name] = (commit, message) if commit else (name, "")


def _tag_object(name: str, commit: str, message: str) -> bytes:
    tagger = f"dssuser <dssuser@emulator> {int(time.time())} +0000"
    head = f"object {commit}\ntype commit\ntag {name}\ntagger {tagger}"
    return f"{head}\n\n{message}\n".encode()


def _store(repo: Path, content: bytes) -> str:
    """Store a tag object, and return its id."""
    content = b"tag %d\0" % len(content) + content
    name = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    _write(repo / "objects" / name[:2] / name[2:], zlib.compress(content, 1))
    return name


def _write(path: Path, content: str | bytes) -> None:
    """Write a file of git, whole or not at all if the process dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.lock")
    half.write_bytes(content if isinstance(content, bytes) else f"{content}\n".encode())
    half.replace(path)
