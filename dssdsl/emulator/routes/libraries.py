"""A project's code library."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import failed, not_found
from dssdsl.emulator.http.call import Call
from dssdsl.emulator.http.routing import route

_BASE = "/projects/{project}/libraries"


def _place(call: Call, path: str | None = None) -> tuple[Path, str]:
    root = (call.project.folder / "lib").resolve()
    inside = (call.vars["path"] if path is None else path).strip("/")
    target = (root / inside).resolve()
    if not target.is_relative_to(root):
        raise failed(f"Invalid path: {inside}")
    # Git stores no empty folder: a project with an empty library comes without its root.
    root.mkdir(exist_ok=True)
    return target, f"lib/{inside}"


@route("GET", f"{_BASE}/contents/{{path*}}")
def contents(call: Call) -> Any:
    """Return the whole library as a tree of names, or one file of it."""
    target, path = _place(call)
    if not call.vars["path"]:
        return _tree(target)
    if target.is_dir():
        raise failed("Cannot read directory as file")
    if not target.is_file():
        raise not_found(f"Library file not found: {path.removeprefix('lib/')}")
    content = target.read_bytes()
    if call.param("dataEncoding") == "base64":
        return {"data": base64.b64encode(content).decode()}
    return {"data": content.decode(errors="replace")}


def _tree(folder: Path) -> list[Document]:
    if not folder.is_dir():
        return []
    return [
        {"name": each.name, "children": _tree(each)} if each.is_dir() else {"name": each.name}
        for each in sorted(folder.iterdir())
    ]


@route("POST", f"{_BASE}/contents/{{path*}}")
def write(call: Call) -> Any:
    """Write a file; its folder must exist."""
    target, path = _place(call)
    if not target.parent.is_dir():
        raise failed(f"Folder does not exist: {Path(path).parent.as_posix().removeprefix('lib')}")
    if target.is_dir():
        raise failed(f"A folder exists at {path.removeprefix('lib/')}")
    verb = "Edited" if target.exists() else "Created"
    call.project.set_bytes(path, call.content)
    call.commit(f'{verb} Library file "{path.removeprefix("lib/")}"')


@route("POST", f"{_BASE}/folders/{{path*}}")
def add_folder(call: Call) -> Any:
    """Create a folder, which Git stores once it contains a file."""
    target, path = _place(call)
    if target.exists():
        raise failed(f"Already exists: {path.removeprefix('lib/')}")
    if not target.parent.is_dir():
        raise failed(f"Folder does not exist: {Path(path).parent.as_posix().removeprefix('lib')}")
    target.mkdir()


@route("DELETE", f"{_BASE}/contents/{{path*}}")
def delete(call: Call) -> Any:
    """Delete a file, or a folder with all its files."""
    target, path = _place(call)
    if not target.exists() or not call.vars["path"]:
        raise not_found(f"Library file not found: {path.removeprefix('lib/')}")
    _carry(call, target, None, f'Deleted Library file "{path.removeprefix("lib/")}"')


@route("POST", f"{_BASE}/contents-actions/rename")
def rename(call: Call) -> Any:
    """Rename a file or folder."""
    target, path = _place(call, call.document["oldPath"])
    new = target.with_name(call.document["newName"])
    _move(call, target, path, new, f'Renamed Library file "{target.name}" to "{new.name}"')


@route("POST", f"{_BASE}/contents-actions/move")
def move(call: Call) -> Any:
    """Move a file or folder to another folder."""
    target, path = _place(call, call.document["oldPath"])
    folder, _ = _place(call, call.document["newPath"])
    if not folder.is_dir():
        raise failed(f"Folder does not exist: {call.document['newPath']}")
    message = f'Moved Library file "{path.removeprefix("lib/")}"'
    _move(call, target, path, folder / target.name, message)


def _move(call: Call, target: Path, path: str, new: Path, message: str) -> None:
    if not target.exists():
        raise not_found(f"Library file not found: {path.removeprefix('lib/')}")
    if new.exists():
        raise failed(f"Already exists: {new.name}")
    _carry(call, target, new, message)


def _carry(call: Call, target: Path, new: Path | None, message: str) -> None:
    root = call.project.folder.resolve()
    folders = sorted(each for each in target.rglob("*") if each.is_dir()) if target.is_dir() else []
    files = [each for each in target.rglob("*") if each.is_file()] if target.is_dir() else [target]
    if new is not None and target.is_dir():
        new.mkdir(parents=True)
        for each in folders:
            (new / each.relative_to(target)).mkdir()
    for file in files:
        if new is not None:
            moved = new / file.relative_to(target) if target.is_dir() else new
            call.project.set_bytes(moved.relative_to(root).as_posix(), file.read_bytes())
        call.project.set_bytes(file.relative_to(root).as_posix(), None)
    was_folder = target.is_dir()
    call.commit(message)
    if was_folder:
        for each in reversed(folders):
            each.rmdir()
        target.rmdir()
