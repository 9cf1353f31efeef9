"""`dssdsl new`, and `dssdsl` in a folder without a program."""

from __future__ import annotations

import json

import pytest

from dssdsl import scaffold
from dssdsl.cli import main, output
from dssdsl.cli.commands import new


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    (tmp_path / "shop").mkdir()
    monkeypatch.chdir(tmp_path / "shop")


@pytest.fixture
def run(capsys):
    def run(*args: str) -> tuple[int, str]:
        code = main.run([*args])
        shown = capsys.readouterr()
        return code, shown.out + shown.err

    return run


def test_without_a_terminal_flags_and_defaults_answer(run, tmp_path):
    code, shown = run("new")

    assert code == 0
    assert shown.startswith("Created 10 files from the template simple. Next:\n\n  dssdsl preview")
    assert 'name = "shop"' in (tmp_path / "shop" / "dssdsl.toml").read_text()
    assert 'Project("SHOP"' in (tmp_path / "shop" / "project.py").read_text()


def test_flags(run, tmp_path):
    code, shown = run(
        *("new", "yaml", "../sales", "--name", "sales", "--key", "ABC"),
        *("--host", "https://dss.test", "--ci", "none"),
    )

    assert code == 0
    assert "cd ../sales" in shown
    assert "export DSS_API_KEY" in shown
    assert "key: ABC" in (tmp_path / "sales" / "project.yaml").read_text()


def test_json(capsys):
    assert main.run(["new", "simple", "a", "--json"]) == 0

    document = json.loads(capsys.readouterr().out)
    assert document["template"] == "simple"
    assert "project.py" in document["files"]


def test_on_a_terminal_it_asks_for_what_is_missing(run, tmp_path, monkeypatch):
    asked = []

    def answer(question, default="", **_):
        asked.append(question.partition(" (")[0])
        return {"Template": "yaml", "Project key": "XYZ"}.get(asked[-1], default)

    monkeypatch.setattr(output, "can_ask", lambda: True)
    monkeypatch.setattr("click.prompt", answer)
    code, _ = run("new", "--name", "mine")

    assert code == 0
    assert asked == ["Template", "Folder", "Project key", "Address of DSS"]
    assert "key: XYZ" in (tmp_path / "shop" / "project.yaml").read_text()


def test_the_help_lists_all_templates_and_kinds_of_ci():
    params = {param.name: param for param in new.params}

    assert all(name in params["template"].help for name in scaffold.templates())
    assert tuple(params["ci"].type.choices) == scaffold.CI


def test_dssdsl_without_a_program_says_how_to_create_one(run, tmp_path):
    code, shown = run()
    assert code == 2

    assert shown.startswith(f"There is no program in {tmp_path}/shop.\n")
    assert "dssdsl new" in shown
    run("new")
    code, shown = run()
    assert shown.startswith("Usage: dssdsl")
