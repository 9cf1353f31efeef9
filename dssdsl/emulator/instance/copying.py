"""Copy whole projects: duplicates, archives and bundles."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Container
from pathlib import Path
from typing import Any

from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import Refused, coded, illegal
from dssdsl.emulator.project import loading
from dssdsl.emulator.project.kinds import (
    DATASET,
    MANAGED_FOLDER,
    RECIPE,
    SCENARIO,
    SQL_NOTEBOOK,
    WEB_APP,
)
from dssdsl.emulator.project.project import Project

from .dss import Dss
from .objects import DSS_VERSION

_KEY = re.compile(r"[A-Za-z0-9_]+\Z")
_INVALID = "ERR_PROJECT_INVALID_PROJECT_KEY"
_CONF_VERSION = "14400"
_OPTIONS = (
    *("exportUploads", "exportManagedFS", "exportManagedFolders", "exportAllInputManagedFolders"),
    *("exportAllDatasets", "exportAllInputDatasets", "exportAnalysisModels"),
    *("exportSavedModels", "exportGitRepository", "exportInsightsData"),
)


_WANTED = {"uploads": "exportUploads", "managed_folders": "exportManagedFolders"}
"""The option that includes a folder."""


def claim_key(dss: Dss, key: Any) -> str:
    """Return a key for a new project. Raises ``Refused`` if it is invalid or taken."""
    if not isinstance(key, str) or not _KEY.match(key):
        message = f"Invalid project key: '{key}'"
        raise Refused(400, "com.dataiku.dip.exceptions.CodedException", message, _INVALID)
    if key in dss.projects():
        message = f"Project key '{key}' is already used by another project"
        raise Refused(400, "com.dataiku.dip.exceptions.CodedException", message, _INVALID)
    dss.begin_project(key)
    return key


def duplicate(
    dss: Dss,
    project: Project,
    key: str,
    folder: str | None,
    *,
    with_git: bool = True,
    without: tuple[str, ...] = (),
) -> Project:
    """
    Copy a project.

    Args:
        dss: The emulator.

        project: The project.

        key: The key of the copy.

        folder: The project folder of the copy; None for that of the project.

        with_git: Whether to copy the Git history.

        without: What to leave out: ``uploads``, or ``folders`` for the files in managed folders.
    """
    folder = folder or dss.instance.folder_of(project.key)
    if folder not in dss.instance.folders:
        raise illegal(f"Project folder '{folder}' does not exist")
    project.settle()
    for name in ("projects", *loading.ARCHIVED.values()):
        source = dss.root / name / project.key
        if source.is_dir() and name not in without:
            shutil.copytree(source, dss.root / name / key)
    target = dss.root / "projects" / key
    if not with_git:
        shutil.rmtree(target / ".git")
        loading.create_repository(target)
    tags = target / "version-tags.json"
    if tags.exists():
        text = tags.read_text(encoding="utf-8")
        tags.write_text(text.replace(f'"PROJECT.{project.key}"', f'"PROJECT.{key}"'), "utf-8")
    made = dss.add_project(key)
    if folder != "ROOT":
        dss.instance.move_project(key, folder)
    return made


def archive(
    dss: Dss,
    project: Project,
    options: Document,
    without: tuple[str, ...] = (),
    bundle: str = "",
) -> bytes:
    """
    Return DSS's archive of a project.

    Args:
        dss: The emulator.

        project: The project.

        options: What to include: it reads ``exportUploads``, ``exportManagedFolders`` and
            ``exportGitRepository``. The emulator has no data of datasets.

        without: Files of the project to leave out.

        bundle: The id of the bundle; empty for an export.
    """
    project.settle()
    manifest = _manifest(dss, project, options)
    if bundle:
        manifest["bundleId"] = bundle
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("export-manifest.json", json.dumps(manifest))
        outside = {"version-tags.json", *without}
        if not options.get("exportGitRepository"):
            outside.add(".git")
        _pack(file, project.folder, "project_config", outside)
        for name, place in loading.ARCHIVED.items():
            if options.get(_WANTED.get(name, ""), name != "managed_folders"):
                _pack(file, dss.root / place / project.key, name)
    return packed.getvalue()


def _pack(file: zipfile.ZipFile, folder: Path, name: str, without: Container[str] = ()) -> None:
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        place = path.relative_to(folder)
        if path.is_file() and place.parts[0] not in without:
            file.write(path, f"{name}/{place.as_posix()}")


def _manifest(dss: Dss, project: Project, options: Document) -> Document:
    known = dss.instance.connections
    return {
        "manifestVersion": 3,
        "originalProjectKey": project.key,
        "generatedWithDSSVersion": DSS_VERSION,
        "generatedWithDSSConfVersion": _CONF_VERSION,
        "exportedWithOptions": {key: bool(options.get(key)) for key in _OPTIONS},
        "exportedWithPlugins": [],
        "requiredConnections": {
            name: {"name": name, "type": known[name]["type"], "isMissing": False}
            for name in sorted(connections(project))
            if name in known
        },
        "usedCodeEnvRefs": [],
        "hasPartitionedDataset": False,
    }


def unpack(content: bytes, folder: Path) -> Document:
    """
    Unpack an archive into a folder, and return its manifest.

    Raises:
        Refused: It is not an archive of a project, or a path in it leads out of the folder.
    """
    try:
        loading.extract(io.BytesIO(content), folder)
    except ValueError as error:
        raise illegal(str(error)) from None
    manifest = folder / "export-manifest.json"
    if not manifest.is_file() or not (folder / "project_config" / "params.json").is_file():
        raise illegal("The archive contains no project")
    found: Document = json.loads(manifest.read_text(encoding="utf-8"))
    return found


def create_from_archive(dss: Dss, folder: Path, key: str, owner: str) -> Project:
    """Create a project from an unpacked archive, owned by the user who imports it. The caller commits."""
    loading.load(folder, dss.root, key)
    project = dss.add_project(key)
    params = project.params()
    params["owner"] = owner
    params["tags"] = sorted({*params.get("tags", []), "imported"})
    project.set_json("params.json", params)
    return project


def activate(
    dss: Dss, project: Project, folder: Path, enabled: dict[str, bool], login: str
) -> None:
    """
    Replace a project's content by that of an unpacked bundle, without a commit.

    It remaps connections and code environments as set in the project. The project keeps its owner,
    permissions and local variables, and its scenarios stay active or inactive.

    Raises:
        Refused: The instance lacks a connection of the bundle.
    """
    from dssdsl.emulator.project.project import Project as Opened

    kept = project.params()
    bundle = Opened(project.key, folder / "project_config", folder / "journal.jsonl", dss.clock)
    bundle.history.init()
    remap(bundle, kept.get("bundleContainerSettings", {}).get("remapping", {}))
    missing = missing_connections(dss, bundle)
    if missing:
        message = f"Missing connections: {', '.join(missing)}"
        raise coded(message, "ERR_BUNDLE_ACTIVATE_MISSING_CONNECTION")
    for name in bundle.store(SCENARIO):
        here = project.has(SCENARIO, name) and project.document(SCENARIO, name).get("active", False)
        document = {**bundle.document(SCENARIO, name), "active": enabled.get(name, here)}
        bundle.put(SCENARIO, name, document, None)
    own = ("owner", "permissions", "bundleContainerSettings")
    bundle.set_json(
        "params.json", {**bundle.params(), **{key: kept[key] for key in own if key in kept}}
    )
    bundle.commit("", login)
    new = _files(bundle.folder)
    for path in _files(project.folder).keys() - new.keys():
        project.set_bytes(path, None)
    for path, content in new.items():
        project.set_bytes(path, content)


def _files(folder: Path) -> dict[str, bytes]:
    """Return the content of a project's files, except those that belong to the instance."""
    found = {}
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        if path.is_file() and place.parts[0] not in _OF_THE_PLACE:
            found[place.as_posix()] = path.read_bytes()
    return found


_OF_THE_PLACE = (".git", ".gitignore", "version-tags.json", "localvariables.json")


def remap(project: Project, mapping: Document) -> None:
    """Remap connections and code environments in all objects, without a commit."""
    names = {
        key: {each["source"]: each["target"] for each in mapping.get(kind) or []}
        for kind, keys in (
            ("connections", ("connection", "uploadConnection")),
            ("codeEnvs", ("envName",)),
        )
        for key in keys
    }
    if not any(names.values()):
        return
    for kind in (DATASET, MANAGED_FOLDER, RECIPE, SCENARIO, WEB_APP, SQL_NOTEBOOK):
        for name in [*project.store(kind)]:
            document = project.document(kind, name)
            project.put(kind, name, _replaced(document, names), None)
    project.set_json("params.json", _replaced(project.params(), names))


def _replaced(value: Any, names: dict[str, dict[str, str]]) -> Any:
    if isinstance(value, dict):
        return {
            key: names.get(key, {}).get(each, each)
            if isinstance(each, str)
            else _replaced(each, names)
            for key, each in value.items()
        }
    return [_replaced(each, names) for each in value] if isinstance(value, list) else value


def missing_connections(dss: Dss, project: Project) -> list[str]:
    """Return the connections that datasets and folders use and the instance lacks."""
    return sorted(connections(project) - {*dss.instance.connections})


def connections(project: Project) -> set[str]:
    """Return the connections that a project's datasets and folders use."""
    used = set()
    for kind in (DATASET, MANAGED_FOLDER):
        for name in project.store(kind):
            used.add(project.document(kind, name).get("params", {}).get("connection"))
    return {each for each in used if each}
