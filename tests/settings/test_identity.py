from __future__ import annotations

import pytest

from dssdsl import settings

from . import faults, write


@pytest.mark.parametrize(
    ("toml", "program", "name"),
    [
        ('name = "sales"\n', "project.py", "sales"),
        ('name = "sales"\n', "project.yaml", "sales"),
        ('name = "sales"\n', "other.py", "sales/other"),
        ('name = "sales"\n', "flows/project.py", "sales/flows"),
        ('name = "sales"\n', "flows/daily.py", "sales/flows/daily"),
        ('name = "sales"\nprogram = "flows/main.py"\n', "flows/main.py", "sales"),
        ('name = "sales"\nprogram = "flows/main.py"\n', "", "sales"),
        ('name = "sales"\n', "", "sales"),
    ],
)
def test_the_name_of_the_toml_is_the_identity(folder, toml, program, name):
    write(folder, toml)
    (folder / "flows").mkdir()

    found = settings.load(folder / program).program

    assert (found.name, found.derived) == (name, "")


@pytest.mark.parametrize(
    ("program", "name", "derived"), [("project.py", "a", "folder"), ("daily.py", "daily", "file")]
)
def test_without_a_name_the_folder_or_file_names_the_program(folder, program, name, derived):
    (folder / "a").mkdir()

    found = settings.load(folder / "a" / program).program

    assert (found.name, found.derived) == (name, derived)


def test_a_link_to_the_folder_names_the_same_program(folder):
    (folder / "sales").mkdir()
    (folder / "link").symlink_to(folder / "sales")

    assert settings.load(folder / "link" / "project.py").program.name == "sales"


def test_a_named_program_knows_its_former_name(folder):
    (folder / "team").mkdir()
    write(folder / "team", 'name = "sales"\n')

    assert settings.load(folder / "team" / "project.py").program.former == "team"


@pytest.mark.parametrize("name", ["", "a/b", "ä", "-a", "two words"])
def test_a_name_is_one_word(folder, name):
    [(problem, at, fix)] = faults(folder, f'name = "{name}"\n')

    assert problem == f"name cannot be '{name}'"
    assert at == "dssdsl.toml:1"
    assert 'such as "sales"' in fix


def test_git_ignores_the_own_folder(folder):
    found = settings.load(folder / "project.py").own_folder()

    assert (found / ".gitignore").read_text() == "*\n"
    (found / ".gitignore").unlink()
    assert not (settings.load(folder / "project.py").own_folder() / ".gitignore").exists()


def test_a_folder_that_cannot_be_written_has_its_own_one_elsewhere(folder, tmp_path, monkeypatch):
    """
    A checkout in a container's image is read-only; its journal lies with the user's own files.
    """
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    found = settings.load(folder / "project.py")
    monkeypatch.setattr("os.access", lambda path, mode: not str(path).startswith(str(folder)))

    own = found.own_folder()

    assert own.is_dir()
    assert own.parent == tmp_path / "state" / "dssdsl"
    assert own == settings.load(folder / "project.py").own_place, "the same each time"
    assert not (folder / ".dssdsl").exists()
