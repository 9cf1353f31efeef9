from __future__ import annotations

from typing import Any

import pytest

from dssdsl.emulator import Emulator
from dssdsl.lang.functions import file_in
from dssdsl.lang.program import Program
from dssdsl.lang.provider import PROVIDERS
from dssdsl.resources.library import LibraryFile
from dssdsl.resources.projects import Project
from tests.support.contract import ResourceContract

from .deploying import Deployed, faults, program


class TestLibraryFile(ResourceContract):
    cls = LibraryFile
    raw = {}
    name = "python/sales/dates.py"
    document = {"content": "DAYS = 7\n"}
    edits = [("content", "DAYS = 8\n", "update")]

    def minimal(self) -> dict[str, Any]:
        return {"content": "DAYS = 7\n"}

    def full(self) -> dict[str, Any]:
        return {"content": "DAYS = 7\n"}


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/python/a.py", 'write "python/a.py"'),
        ("python//a.py", "not the path of a file"),
        ("python/../a.py", "not the path of a file"),
        ("python/", "not the path of a file"),
        (".dataiku_framework/state.json", "own files"),
    ],
)
def test_paths_that_cannot_be(path, says):
    with program() as made:
        LibraryFile(path, content="")

        assert any(says in fault for fault in faults(made))


def test_python_must_parse_and_the_fault_names_the_line(tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "a.py").write_text("x = 1\ny = = 2\n")
    made = Program(folder=tmp_path)
    with made.active():
        Project("P", naming="any")
        LibraryFile("python/a.py", content=file_in(tmp_path, "lib/a.py"))
        LibraryFile("python/b.py", content="lib/a.py")
        LibraryFile("notes.txt", content="x = = 1")
        found = faults(made)

    assert len(found) == 2
    assert "at   lib/a.py:2" in found[0]
    assert 'write content=file("lib/a.py")' in found[1]


def test_the_text_tells_its_file(tmp_path):
    (tmp_path / "a.txt").write_text("é\n")
    with program():
        found = LibraryFile("a.txt", content=file_in(tmp_path, "a.txt")).document()["content"]

    assert (found.text, found.source) == ("é\n", "a.txt")


@pytest.fixture
def deployed():
    with Emulator() as emulator, program() as made:
        yield Deployed(made, emulator)


def test_only_missing_folders_are_made(deployed):
    LibraryFile("python/a/b/c.py", content="x = 1\n")
    LibraryFile("python/a/d.py", content="")
    LibraryFile("top.txt", content="é")
    deployed.up()

    base = "/projects/P/libraries"
    told = deployed.writes()
    assert {f"POST {base}/folders/python/a", f"POST {base}/folders/python/a/b"} <= {*told}
    assert len([line for line in told if "/folders/" in line]) == len(
        {line for line in told if "/folders/" in line}
    )
    assert [line for line in told if "contents" in line] == [
        f"POST {base}/contents/python/a/b/c.py",
        f"POST {base}/contents/python/a/d.py",
        f"POST {base}/contents/top.txt",
    ]
    deployed.up()
    assert not deployed.writes()


def test_it_is_changed_listed_and_deleted(deployed):
    made = LibraryFile("python/a.py", content="x = 1\n")
    deployed.up()
    provider, dss = PROVIDERS["library_file"], deployed.dss

    provider.update(dss, "P", "python/a.py", {}, {"content": "é = 2\n"}, made)

    assert provider.read(dss, "P", "python/a.py").document == {"content": "é = 2\n"}
    assert "python/a.py" in [live.name for live in provider.list(dss, "P")]
    provider.delete(dss, "P", "python/a.py", drop_data=False)
    assert provider.read(dss, "P", "python/a.py") is None
    assert "python/a.py" not in [live.name for live in provider.list(dss, "P")]


def test_files_of_dssdsl_are_not_listed(deployed):
    deployed.up()
    dss = deployed.dss
    dss.send("POST", "/projects/P/libraries/folders/.dataiku_framework")
    dss.send("POST", "/projects/P/libraries/contents/.dataiku_framework/state.json", raw=b"{}")

    listed = [live.name for live in PROVIDERS["library_file"].list(dss, "P")]
    assert not [name for name in listed if "dataiku_framework" in name]


def test_a_missing_file_is_known_where_dss_fails_on_it(deployed):
    deployed.up()
    deployed.emulator.refuse("GET /.*contents/python/none.py", status=500)

    assert PROVIDERS["library_file"].read(deployed.dss, "P", "python/none.py") is None


def test_a_folder_that_another_worker_made_is_no_error(deployed):
    made = LibraryFile("python/a/b.py", content="")
    deployed.save(deployed.program.project)
    deployed.emulator.refuse("POST /.*folders/python/a", after=True)

    PROVIDERS["library_file"].create(deployed.dss, "P", {"content": ""}, made)

    assert PROVIDERS["library_file"].read(deployed.dss, "P", "python/a/b.py") is not None
