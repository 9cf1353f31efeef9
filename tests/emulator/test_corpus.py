"""The emulator serves and saves projects of real DSS instances unchanged, and one of its own."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from dssdsl.emulator import Emulator
from dssdsl.emulator.project import dss_json
from dssdsl.emulator.rules.normalize import without_nulls
from tests.support.corpus import CLINIC, CORPUS

from . import everything

REAL = sorted(path for path in CORPUS.glob("*") if (path / "params.json").exists())
FRAGMENTS = sorted(path for path in CORPUS.glob("_fragments/*") if path.is_dir())
FOLDERS = [CLINIC, *REAL, *FRAGMENTS]
_VERSION = re.compile(rb'  "versionTag": \{.*?\n  \}', re.DOTALL)


def comparable(content):
    """Return a file without its version; as JSON where another writer than DSS's own wrote it."""
    try:
        document = json.loads(content)
    except ValueError:
        return content
    again = {dss_json.dumps(document), dss_json.dumps(document, compact_columns=True)}
    if content.decode() in again:
        return _VERSION.sub(b"", content)
    return without_version(content) if isinstance(document, dict) else document


def without_version(content):
    document = json.loads(content)
    document.pop("versionTag", None)
    return document


def snapshot(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.parts and path.name != "version-tags.json"
    }


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda folder: folder.name)
def real(request, tmp_path_factory, connect):
    """Return a project's folder in an emulator, and the client's project; both tests share them."""
    source, tmp_path = request.param, tmp_path_factory.mktemp("real")
    if not (source / "params.json").exists():  # one object, for which there has to be a project
        source = shutil.copytree(source, tmp_path / "fragment")
        (source / "params.json").write_text(
            '{\n  "permissions": [],\n  "settings": {},\n  "name": "F",\n  "tags": []\n}'
        )
    with Emulator(tmp_path / "dss") as dss:
        dss.load(source, "REAL")
        yield dss.root / "projects" / "REAL", connect(dss).get_project("REAL")


def test_the_corpus_is_whole():
    if not CORPUS.is_dir():
        pytest.skip("needs exports of real projects: set DSSDSL_CORPUS")
    assert (len(REAL), len(FRAGMENTS)) == (31, 18)


def test_the_api_returns_what_the_files_contain(real):
    """
    Every object of the project is listed, and returned with each setting of its file.
    """
    folder, project = real
    seen = set()

    for part in everything.parts(project):
        seen.add(part.file)
        if part.content is not None:
            file = folder / part.file
            assert part.content == (file.read_bytes() if file.exists() else b""), part.file
        if part.shown:
            document = without_nulls(everything.stored(folder, part.file))
            differing = {
                key: (value, part.shown.get(key))
                for key, value in document.items()
                if key not in everything.PARTED and part.shown.get(key) != value
            }
            assert not differing, part.file

    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*.json")}
    unread = {path for path in there if path.startswith(tuple(everything.UNREAD))}
    assert there - unread - seen - {*everything.ONCE, "zones/default.json"} == set()


def test_saving_an_unchanged_document_changes_nothing(real):
    """
    Every file keeps its bytes, except a version in the file.
    """
    folder, project = real
    before = snapshot(folder)

    for part in everything.parts(project):
        part.save()
    everything.save_rest(project)

    after = snapshot(folder)
    for path, content in before.items():
        kept = comparable(content)
        stored = after[path]
        assert stored == content or kept == (
            comparable(stored) if isinstance(kept, bytes) else without_version(stored)
        ), path
    added = {path for path in after if path not in before and not path.endswith(".py")}
    assert added <= {"tags.json", "wiki/taxonomy.json", "variables.json", "localvariables.json"}
    assert project.get_project_git().get_status()["clean"]


def test_files_are_written_as_dss_writes_them():
    """
    The writer reproduces each byte of the documents that DSS wrote.
    """
    same = different = 0
    for path in [*CORPUS.glob("*/*/*.json"), *CLINIC.glob("*/*.json")]:
        if path.parent.name not in ("datasets", "recipes", "scenarios", "zones", "managed_folders"):
            continue
        text = path.read_bytes().decode()
        document = json.loads(text)
        again = {dss_json.dumps(document), dss_json.dumps(document, compact_columns=True)}
        same, different = same + (text in again), different + (text not in again)

    assert different <= 0.03 * same
