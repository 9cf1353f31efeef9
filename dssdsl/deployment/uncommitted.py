"""Tells uncommitted changes of an operation that was cut off from those of other users."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from dssdsl.errors import Denied
from dssdsl.lang.keys import PROJECT, Key
from dssdsl.lang.kinds import facts
from dssdsl.lang.provider import PROVIDERS
from dssdsl.resources import load
from dssdsl.state.journal import Journal

if TYPE_CHECKING:
    from dssdsl.lang.live import Live
    from dssdsl.state.snapshot import Snapshot

    from .context import Context

LIBRARY = "lib/"
STATE = f"{LIBRARY}.dataiku_framework/"
"""Where DSS keeps the files of a state in the project, in its Git."""
FOLDERS = {
    "datasets/": "dataset",
    "recipes/": "recipe",
    "managed_folders/": "managed_folder",
    "saved_models/": "saved_model",
    "model_evaluation_stores/": "evaluation_store",
    "scenarios/": "scenario",
}
"""The kind of the objects in a folder. DSS names only the folder where it has committed nothing in it yet."""
ZONES = "zones/"
REWRITTEN = ("recipes/", "scenarios/")
"""What DSS rewrites when something is renamed that it refers to."""
SHARED = {
    PROJECT: ("params.json",),
    "permissions": ("params.json",),
    "variables": ("variables.json", "localvariables.json"),
}
"""Kinds whose files are not named by their objects."""


def left_by_others(context: Context, project: str, files: Iterable[str]) -> tuple[str, ...]:
    """
    The uncommitted files that the last operation did not write, or that somebody else has saved since.

    Args:
        context: The program and its stack.
        project: The project's key.
        files: The files with uncommitted changes.
    """
    snapshot = context.store.read(project)
    if snapshot is None or not snapshot.belongs_to(project, context.settings.host):
        snapshot = None
    mine = {key for key in written(context, project, snapshot) if not by_others(context, key)}
    names = {name for key in mine for name in stems(context, key)}
    paths = {path for key in mine for path in SHARED.get(key.kind, ())}
    paths |= {f"{LIBRARY}{key.name}" for key in mine if key.kind == "library_file"}
    paths |= {folder for folder in files if holds_only(context, project, folder, mine)}
    folders = [STATE]
    if any(key.kind == "zone" or facts(key.kind).flow_item for key in mine):
        folders.append(ZONES)  # DSS adds to a zone's file what is created in it
    if snapshot is not None and snapshot.unfinished is not None and snapshot.unfinished.renames:
        folders += REWRITTEN
    return tuple(
        file
        for file in files
        if not file.startswith(tuple(folders))
        and file not in paths
        and PurePosixPath(file).stem not in names
    )


def written(context: Context, project: str, snapshot: Snapshot | None) -> Iterator[Key]:
    """Yield the keys of what the last operation wrote, if it may not have committed it."""
    if snapshot is not None and (snapshot.cut_off or is_untagged(context, snapshot)):
        one = snapshot.unfinished
        for local in (*one.writes, *one.renames.values(), *snapshot.pending) if one else ():
            yield Key.within(project, local)
    for line in Journal(context.journal_path).lines():
        if "key" in line and (key := Key.parse(line["key"])).project == project:
            yield key


def is_untagged(context: Context, snapshot: Snapshot) -> bool:
    """Whether the last deployment of a project in explicit commit mode has not been committed and tagged."""
    if snapshot.unfinished is None or snapshot.cut_off:
        return False
    try:
        return snapshot.serial not in context.session.git(snapshot.project_key).deployments()
    except Denied:
        return False


def listed(context: Context, key: Key) -> list[Live]:
    """What DSS lists under the name of a resource."""
    load({key.kind})
    found = PROVIDERS[key.kind].list(context.session, key.project)
    return [one for one in found if one.name == key.name]


def holds_only(context: Context, project: str, folder: str, mine: Collection[Key]) -> bool:
    """Whether all that a folder of the project's Git holds is among *mine*."""
    in_library = folder.startswith(LIBRARY)
    kind = "library_file" if in_library else FOLDERS.get(folder)
    if kind is None:
        return False
    load({kind})
    found = [one.name for one in PROVIDERS[kind].list(context.session, project)]
    inside = [n for n in found if not in_library or f"{LIBRARY}{n}".startswith(folder)]
    return bool(inside) and all(Key(project, kind, name) in mine for name in inside)


def by_others(context: Context, key: Key) -> bool:
    """Whether another user has saved an object last, as far as DSS returns that."""
    me = context.session.login
    for one in listed(context, key):
        live = PROVIDERS[key.kind].read(context.session, key.project, one.id)
        if live is not None and live.saved_by and me and live.saved_by != me:
            return True
    return False


def stems(context: Context, key: Key) -> Iterator[str]:
    """Yield the names that an object's files have in the project's Git: DSS names them by its id."""
    yield key.name
    if facts(key.kind).id_is_made_up:
        yield from (one.id for one in listed(context, key))
