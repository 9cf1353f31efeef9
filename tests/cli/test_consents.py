"""Whose data and whose objects a command may touch: each rule refuses, and each flag agrees."""

from __future__ import annotations

import shutil

import pytest

from dssdsl.cli import main
from dssdsl.emulator import Emulator, User, serve
from dssdsl.workspace import Workspace

HEAD = "from dssdsl import *\nProject('SALES', naming='any')\n"
DATA = "Dataset('data', connection='filesystem_managed'{})\n"
SOURCE = "FilesystemDataset('src', connection='filesystem_managed', path='{}', columns={{'id': 'bigint'}})\n"


class Shop:
    """A program, and a DSS on loopback that commands of their own deploy it to."""

    def __init__(self, folder, dss, capsys):
        self.folder, self.dss, self.capsys = folder, dss, capsys

    def write(self, text):
        (self.folder / "project.py").write_text(text)

    def run(self, *args):
        """Run a command; gives its exit code and all that it says."""
        self.dss.clear_requests()
        code = main.run([*args])
        out, err = self.capsys.readouterr()
        return code, out + err

    def agreed(self, *flags, command="up"):
        """Run a command that has to end well."""
        code, said = self.run(command, "--yes", *flags)
        assert code == 0, said
        return said

    def refused(self, text, *flags, command="up"):
        """Run a command that a rule has to forbid, before the first write."""
        code, said = self.run(command, "--yes", *flags)
        assert code == 5, said
        assert text in said
        assert not self.dss.writes()

    def has(self, path):
        return (self.dss.project_folder("SALES") / path).exists()

    def deletes(self):
        return [(r.path.rpartition("/")[2], str(r.query)) for r in self.dss.writes() if r.method == "DELETE" and "/git/" not in r.path]  # fmt: skip


@pytest.fixture(name="shop")
def _shop(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KEY", "key-of-ann")
    monkeypatch.setenv("COLUMNS", "160")
    with Emulator(keys={"key-of-ann": User("ann")}) as dss, serve(dss) as server:
        (tmp_path / "dssdsl.toml").write_text(
            f'[stacks.dev]\nhost = "{server.url}"\napi_key = {{ env = "KEY" }}\nstore = "local"\n'
        )
        yield Shop(tmp_path, dss, capsys)


def forget(shop):
    """Lose all state, so that what is there was there before us."""
    shutil.rmtree(shop.folder / ".dssdsl")


def test_created_objects_are_deleted_without_their_data(shop):
    """
    The definition goes when the program drops it; the data only with --delete-data.
    """
    for flags, drop in (((), "False"), (("--delete-data",), "True")):
        shop.write(HEAD + DATA.format(""))
        shop.agreed()
        shop.write(HEAD)

        shop.agreed(*flags)

        assert [("data", f"dropData={drop}")] == shop.deletes()
        assert not shop.has("datasets/data.json")


def test_adopted_objects_stay(shop):
    """
    An adopted dataset is forgotten when the program drops it; --delete-adopted deletes it.
    """
    shop.write(HEAD + DATA.format(""))
    shop.agreed()
    forget(shop)
    shop.agreed("--adopt")
    shop.write(HEAD)

    assert "--delete-adopted deletes it" in shop.run("preview")[1]
    code, said = shop.run("preview", "--delete-adopted")

    assert code == 0
    assert "delete" in said
    shop.agreed("--delete-adopted")
    assert not shop.has("datasets/data.json")


def test_protected_resources_are_not_deleted(shop):
    """
    Not when the program drops it, nor by destroy, until protect is taken away.
    """
    shop.write(HEAD + DATA.format(", protect=True"))
    shop.agreed()
    shop.refused("protected", command="destroy")
    shop.write(HEAD)
    shop.refused("protected")
    shop.write(HEAD + DATA.format(""))
    shop.agreed()
    shop.write(HEAD)

    shop.agreed()

    assert not shop.has("datasets/data.json")


def test_retained_resources_stay(shop):
    """
    The program drops it, and DSS keeps it.
    """
    shop.write(HEAD + DATA.format(", retain_on_delete=True"))
    shop.agreed()
    shop.write(HEAD)

    assert "stays in DSS" in shop.agreed()

    assert shop.has("datasets/data.json")
    assert shop.run("preview", "--expect-no-changes")[0] == 0


def test_data_that_would_stay_behind_is_agreed_to(shop):
    """
    Another path is another place: refused without --move.
    """
    shop.write(HEAD + SOURCE.format("/a"))
    shop.agreed()
    shop.write(HEAD + SOURCE.format("/b"))
    shop.refused("--move src")
    shop.refused("--move src", "--move", "other")

    shop.agreed("--move", "src")

    assert shop.run("preview", "--expect-no-changes")[0] == 0


def test_data_that_would_be_lost_is_agreed_to(shop):
    """
    What is fixed at creation takes a deletion: refused without --replace.
    """
    shop.write(HEAD + DATA.format(", format='CSV_UNIX_GZIP'"))
    shop.agreed()
    shop.write(HEAD + DATA.format(", format='CSV_EXCEL_GZIP'"))
    shop.refused("--replace data")

    shop.agreed("--replace", "data")

    assert ["data"] == [name for name, _ in shop.deletes()]
    assert shop.run("preview", "--expect-no-changes")[0] == 0


def test_an_object_that_differs_is_adopted_only_with_consent(shop):
    """
    The flag does what adopt=True does for one.
    """
    shop.write(HEAD + DATA.format(", short_desc='theirs'"))
    shop.agreed()
    forget(shop)
    shop.write(HEAD + DATA.format(", short_desc='ours'"))
    shop.refused("--adopt")
    shop.write(HEAD + DATA.format(", short_desc='ours', adopt=False"))
    shop.refused("adopt=False", "--adopt")
    shop.write(HEAD + DATA.format(", short_desc='ours'"))

    shop.agreed("--adopt")

    assert shop.run("preview", "--expect-no-changes")[0] == 0


def test_others_things_in_a_project_are_agreed_to(shop):
    """
    A project that holds what we do not manage is not destroyed without --delete-unmanaged.
    """
    shop.write(HEAD + DATA.format(""))
    shop.agreed()
    theirs = {"name": "theirs", "type": "Filesystem", "params": {"connection": "filesystem_managed", "path": "/t"}}  # fmt: skip
    with Workspace(shop.folder / "project.py") as workspace:
        workspace.session.json("POST", "/projects/SALES/datasets/", {**theirs, "projectKey": "SALES", "managed": False})  # fmt: skip
    shop.refused("dataset theirs", command="destroy")

    shop.agreed("--delete-unmanaged", command="destroy")

    assert not (shop.dss.root / "projects" / "SALES").exists()


def test_a_rename_needs_its_line(shop):
    """
    Without renamed_from the plan deletes and creates, and says what to write; with it the data stays.
    """
    shop.write(HEAD + DATA.format(""))
    shop.agreed()
    shop.write(HEAD + DATA.format("").replace("'data'", "'facts'"))
    assert 'renamed_from="data"' in shop.run("preview")[1]
    shop.write(HEAD + DATA.format(", renamed_from='data'").replace("'data', conn", "'facts', conn"))

    shop.agreed()

    assert not shop.deletes()
    assert shop.has("datasets/facts.json")


def test_ignored_fields_are_left_alone(shop):
    """
    Sent at creation, and nobody's business afterwards.
    """
    text = HEAD + DATA.format(", short_desc='{}', ignore_changes='short_desc'")
    shop.write(text.format("first"))
    shop.agreed()
    shop.write(text.format("second"))

    assert shop.run("preview", "--expect-no-changes")[0] == 0
    assert '"first"' in (shop.dss.project_folder("SALES") / "datasets/data.json").read_text()
