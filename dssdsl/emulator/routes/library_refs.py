"""References of a project's library to other Git repositories, which must be on this machine."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document, without_nulls
from dssdsl.emulator.errors import failed, illegal, not_found
from dssdsl.emulator.git.worktree import checked, run
from dssdsl.emulator.http.call import Call
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.instance import futures

_BASE = "/projects/{project}/git"
_REFS = f"{_BASE}/lib-git-refs"
_FILE = "lib/external-libraries.json"
_CLEAN: Document = {"conflictingFiles": [], "resolvedFiles": [], "faultyHash": "", "isDirty": False}


def _libraries(call: Call) -> Document:
    found: Document = call.project.json(_FILE, defaults.EXTERNAL_LIBRARIES)
    return found


def _key(libraries: Document, path: Any) -> str:
    """Return the key of a reference, however its path is written."""
    wanted = str(path).strip("/")
    for key in libraries["gitReferences"]:
        if key.strip("/") == wanted:
            return str(key)
    raise not_found(f"Git reference does not exist: {path}")


def _reference(call: Call) -> Document:
    """Return the reference in the request, without its password."""
    sent = without_nulls(call.document)
    if not sent.get("repository"):
        raise illegal("Missing repository")
    return {
        "remote": sent["repository"],
        "checkout": sent.get("checkout", ""),
        "remotePath": sent.get("pathInGitRepository", ""),
        "lastHash": "",
        **_CLEAN,
    }


@contextlib.contextmanager
def _clone(call: Call, reference: Document) -> Iterator[tuple[str, Path]]:
    """Clone the repository of a reference, and give the folder in the clone."""
    remote, wanted = str(reference["remote"]), str(reference["checkout"])
    if not Path(remote.removeprefix("file://")).is_dir():
        raise failed(f"The emulator reaches no repository but folders: {remote}")
    place = tempfile.mkdtemp(prefix="dss-library-")
    try:
        run(call.project, "clone", "--quiet", checked(remote), place)
        if wanted:
            name = wanted.removeprefix("refs/heads/").removeprefix("refs/tags/")
            run(call.project, "-C", place, "checkout", "--quiet", checked(name))
        folder = (Path(place) / str(reference["remotePath"]).strip("/")).resolve()
        if not folder.is_relative_to(Path(place).resolve()) or not folder.is_dir():
            raise failed(f"Path not found in the repository: {reference['remotePath']}")
        yield place, folder
    finally:
        shutil.rmtree(place)


def _files(folder: Path) -> dict[str, bytes]:
    """Return the content of a folder's files, by their paths in it."""
    found = {}
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and ".git" not in place.parts:
            found[place.as_posix()] = path.read_bytes()
    return found


def _target(call: Call, key: str) -> tuple[str, Path]:
    """Return the folder of a reference in the library: its path, and the folder on disk."""
    root = (call.project.folder / "lib").resolve()
    inside = key.strip("/")
    folder = (root / inside).resolve()
    if not folder.is_relative_to(root):
        raise illegal(f"Invalid path: {key}")
    return f"lib/{inside}".rstrip("/"), folder


def _replace(call: Call, key: str, new: dict[str, bytes]) -> None:
    path, folder = _target(call, key)
    for name in _files(folder):
        if name not in new and f"{path}/{name}" != _FILE:
            call.project.set_bytes(f"{path}/{name}", None)
    for name, content in new.items():
        call.project.set_bytes(f"{path}/{name}", content)


def _pull(call: Call, key: str, reference: Document) -> None:
    """Replace a folder of the library by the content of the repository."""
    with _clone(call, reference) as (place, folder):
        _replace(call, key, _files(folder))
        reference["lastHash"] = run(call.project, "-C", place, "rev-parse", "HEAD").strip()
    reference.update(_CLEAN)


def _push(call: Call, key: str, reference: Document, message: str) -> None:
    """Push the content of the library's folder to the repository."""
    with _clone(call, reference) as (place, folder):
        mine, theirs = _files(_target(call, key)[1]), _files(folder)
        if mine == theirs:
            return
        for name in theirs.keys() - mine.keys():
            (folder / name).unlink()
        for name, content in mine.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        run(call.project, "-C", place, "add", "-A")
        run(call.project, "-C", place, "commit", "--quiet", "-m", message, author=call.login)
        run(call.project, "-C", place, "push", "--quiet", "origin", "HEAD")
        reference["lastHash"] = run(call.project, "-C", place, "rev-parse", "HEAD").strip()


def _save(call: Call, libraries: Document, message: str) -> Document:
    call.project.set_json(_FILE, libraries)
    call.commit(message)
    return futures.finished(call.dss, {"success": True, "messages": {"messages": []}})


@route("POST", _REFS, approximate="repositories on this machine only, with messages of our own")
def add(call: Call) -> Any:
    """Add a folder from a repository to the library. The response is a finished future."""
    libraries, sent = _libraries(call), call.document
    key = sent.get("localTargetPath")
    if not isinstance(key, str):
        raise illegal("Missing localTargetPath")
    if any(each.strip("/") == key.strip("/") for each in libraries["gitReferences"]):
        raise illegal(f"Git reference already exists: {key}")
    reference = _reference(call)
    _pull(call, key, reference)
    libraries["gitReferences"][key] = reference
    if sent.get("addToPythonPath") and key not in libraries["pythonPath"]:
        libraries["pythonPath"].append(key)
    return _save(call, libraries, f'Added Git reference "{key}"')


@route(
    "PUT",
    f"{_REFS}/{{path*}}",
    approximate="repositories on this machine only, with messages of our own",
)
def put(call: Call) -> Any:
    """Replace the reference of a folder; its files stay until a reset."""
    libraries = _libraries(call)
    key = _key(libraries, call.vars["path"])
    last = libraries["gitReferences"][key].get("lastHash", "")
    libraries["gitReferences"][key] = {**_reference(call), "lastHash": last}
    _save(call, libraries, f'Edited Git reference "{key}"')
    return key


@route(
    "DELETE",
    f"{_REFS}/{{path*}}",
    approximate="repositories on this machine only, with messages of our own",
)
def delete(call: Call) -> Any:
    """Remove the reference of a folder, and delete the folder if requested."""
    libraries = _libraries(call)
    key = _key(libraries, call.vars["path"])
    del libraries["gitReferences"][key]
    if call.flag("deleteDirectory"):
        _replace(call, key, {})
        libraries["pythonPath"] = [each for each in libraries["pythonPath"] if each != key]
    _save(call, libraries, f'Removed Git reference "{key}"')


@route(
    "POST",
    f"{_REFS}/action/reset",
    approximate="repositories on this machine only, with messages of our own",
)
def reset(call: Call) -> Any:
    """Reset a folder of the library to its repository."""
    libraries = _libraries(call)
    key = _key(libraries, call.document.get("gitRef"))
    _pull(call, key, libraries["gitReferences"][key])
    return _save(call, libraries, f'Reset Git reference "{key}"')


@route(
    "POST",
    f"{_REFS}/action/push",
    approximate="repositories on this machine only, with messages of our own",
)
def push(call: Call) -> Any:
    """Push a folder of the library to its repository."""
    libraries = _libraries(call)
    key = _key(libraries, call.document.get("gitRef"))
    _push(call, key, libraries["gitReferences"][key], _message(call))
    return _save(call, libraries, f'Pushed Git reference "{key}"')


def _message(call: Call) -> str:
    message = call.document.get("commitMessage")
    if not isinstance(message, str) or not message:
        raise illegal("Missing commit message")
    return message


@route(
    "POST",
    f"{_BASE}/actions/git-refs/reset-all",
    approximate="repositories on this machine only, with messages of our own",
)
def reset_all(call: Call) -> Any:
    """Reset all folders of the library to their repositories."""
    libraries = _libraries(call)
    for key, reference in libraries["gitReferences"].items():
        _pull(call, key, reference)
    return _save(call, libraries, "Reset all Git references")


@route(
    "POST",
    f"{_BASE}/actions/git-refs/push-all",
    approximate="repositories on this machine only, with messages of our own",
)
def push_all(call: Call) -> Any:
    """Push all folders of the library to their repositories."""
    libraries = _libraries(call)
    for key, reference in libraries["gitReferences"].items():
        _push(call, key, reference, _message(call))
    return _save(call, libraries, "Pushed all Git references")
