from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dssdsl import scaffold
from dssdsl.cli.main import run
from dssdsl.errors import ProgramErrors
from dssdsl.scaffold import Answers
from dssdsl.settings import PROGRAMS
from dssdsl.settings.file import SettingsFile

TEMPLATES = list(scaffold.templates())
ANSWERS = Answers("shop", "SHOP")


def cli(*args: object) -> int:
    return run([*map(str, args), "--no-color"])


@pytest.fixture
def new(tmp_path):
    def new(template: str, answers: Answers = ANSWERS) -> Path:
        folder = tmp_path / template
        scaffold.create(template, folder, answers)
        return folder

    return new


def test_the_templates():
    assert TEMPLATES == [
        *("multi-project", "partitioned", "regional", "simple", "snowflake-etl", "yaml")
    ]
    assert all(re.fullmatch(r"[A-Z].*\.", about) for about in scaffold.templates().values())


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_life_of_a_program(template, new, capsys):
    """
    Each template deploys to its emulator, changes nothing the second time, and can be destroyed.
    """
    folder = new(template)

    assert cli("validate", folder) == 0
    assert cli("up", folder, "--yes") == 0
    assert cli("preview", folder, "--expect-no-changes") == 0
    assert cli("drift", folder) == 0
    assert cli("destroy", folder, "--yes") == 0
    capsys.readouterr()
    assert cli("preview", folder, "--json") == 0

    summary = json.loads(capsys.readouterr().out)["summary"]
    assert set(summary) - {"create"} == {key for key, n in summary.items() if not n}
    assert summary["create"] > 1


@pytest.mark.parametrize("template", ["simple", "yaml"])
def test_the_tests_of_a_program_pass(template, new):
    folder = new(template)

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(scaffold.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "2 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_answers_are_filled_in(template, new):
    folder = new(template, Answers("shop-1", "SHOP_A", host="https://dss.test", ci="gitlab"))
    files = [p for p in folder.rglob("*") if p.is_file()]
    texts = {p.relative_to(folder).as_posix(): p.read_text() for p in files}
    settings = SettingsFile.read(folder / "dssdsl.toml")

    assert settings.name == "shop-1"
    assert settings.default_stack == "dev"
    assert 'host = "https://dss.test"' in texts["dssdsl.toml"]
    assert "SHOP_A" in next(texts[name] for name in PROGRAMS if name in texts)
    assert next(name for name in PROGRAMS if name in texts) in texts["AGENTS.md"]
    assert texts["README.md"].startswith("# shop-1\n")
    assert {".gitlab-ci.yml", ".gitignore", ".vscode/settings.json"} <= set(texts)
    assert not [name for name, text in texts.items() if re.search(r"__[A-Z]+__", text)]


@pytest.mark.parametrize(
    ("ci", "files"),
    [("github", {".github/workflows/dssdsl.yml"}), ("gitlab", {".gitlab-ci.yml"}), ("none", set())],
)
def test_the_ci_file(ci, files, tmp_path):
    made = {p.as_posix() for p in scaffold.create("simple", tmp_path, Answers("a", "A", ci=ci))}

    assert {name for name in made if "lab-ci" in name or "workflows" in name} == files


def test_a_repository_without_files_is_empty(tmp_path):
    (tmp_path / ".git").mkdir()

    assert Path("project.py") in scaffold.create("simple", tmp_path, ANSWERS)


@pytest.mark.parametrize("there", ["README.md", ".env", "src/", "project.py"])
def test_a_folder_with_files_is_refused(there, tmp_path):
    (tmp_path / there).mkdir() if there.endswith("/") else (tmp_path / there).write_text("mine")

    with pytest.raises(ProgramErrors, match="is not empty"):
        scaffold.create("simple", tmp_path, ANSWERS)

    assert [p.name for p in tmp_path.iterdir()] == [there.rstrip("/")]


def test_all_errors_are_reported_together(tmp_path):
    with pytest.raises(ProgramErrors) as caught:
        scaffold.create("simpel", tmp_path / "new", Answers("a/b", "a b", host="dss.test/projects"))

    found = [(error.problem, error.fix) for error in caught.value.each()]
    assert [fix for _, fix in found] == [
        'did you mean "simple"?',
        'use letters, digits, dots, hyphens and underscores, such as "sales"',
        'a key has letters, digits and underscores, such as "A_B"',
        'a host is the address of a DSS, without the path of a page: "https://dss.example.com"',
    ]
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("folder", "name", "key"),
    [
        ("shop", "shop", "SHOP"),
        ("Sales ETL", "Sales-ETL", "SALES_ETL"),
        ("2026.sales", "2026.sales", "2026_SALES"),
        ("été!", "t", "T"),
        ("…", "program", "PROGRAM"),
    ],
)
def test_defaults_from_the_folder(folder, name, key, tmp_path):
    assert scaffold.name_of(tmp_path / folder) == name
    assert scaffold.key_of(name) == key
