from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import jsonschema
import pytest

import dssdsl.cli
from dssdsl.cli import deploying, main, prompt
from dssdsl.cli.output import Output
from dssdsl.emulator import Emulator

SCHEMA = json.loads((Path(dssdsl.cli.__file__).parent / "plan.schema.json").read_text())
PROGRAM = """
from dssdsl import Build, Column, Daily, Dataset, Project, PythonRecipe, Scenario, export

print("the program prints")
sales = Project("SALES", name="Sales")
raw = Dataset("RAW", connection="filesystem_managed", columns=[Column("id", "bigint")])
clean = Dataset("CLEAN", connection="filesystem_managed")
PythonRecipe("tidy", inputs=raw, outputs=clean, code="import dataiku\\n")
Scenario("NIGHTLY", steps=[Build(clean)], triggers=[Daily("02:00")], active=True)
export("url", sales.url)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()  # so that no toml above is found
    (tmp_path / "project.py").write_text(PROGRAM)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DSSDSL_STACK", raising=False)
    monkeypatch.setenv("COLUMNS", "100")  # workers of pytest-xdist have 80
    return tmp_path


@pytest.fixture
def dssdsl_(folder, capsys):
    """Run a command line: exit code, stdout, stderr."""

    def run(*args):
        code = main.run(list(args))
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def as_json(dssdsl_):
    """Run a command line with --json: exit code and document, which the schema allows."""

    def run(*args):
        code, out, _ = dssdsl_(*args, "--json")
        document = json.loads(out)
        jsonschema.validate(document, SCHEMA)
        return code, document

    return run


@pytest.fixture
def deployed(dssdsl_):
    assert dssdsl_("up", "--yes")[0] == 0
    return dssdsl_


def edit(folder):
    def change(scenario):
        scenario["active"] = False

    with Emulator(folder / ".dssdsl" / "emulator") as emulator:
        emulator.edit("SALES", "scenarios/NIGHTLY.json", change, "alice")


def test_up_shows_the_stack_the_plan_and_the_result(dssdsl_):
    code, out, err = dssdsl_("up", "--yes")

    rows = out.splitlines()
    assert code == 0
    where = "Stack local · embedded emulator · project.py"
    assert rows[0] == f'{where} · program "{Path.cwd().name}" (from its folder)'
    assert " +   └─ scenario  NIGHTLY  create  new" in rows
    assert "  5 to create · 0 unchanged" in rows
    assert "5 created. Deployment 1 of SALES." in out
    assert rows[-1] == '    url: "http://emulator/projects/SALES/"'
    assert "the program prints" in err


def test_a_second_up_does_nothing(deployed):
    code, out, _ = deployed("up")

    assert code == 0
    assert out.splitlines()[-1] == "No changes. 5 resources match the program."


def test_without_a_terminal_nothing_is_changed_and_nobody_waits(dssdsl_):
    code, out, err = dssdsl_("up")

    assert code == 2
    assert "5 to create" in out
    assert err.endswith(
        "error: no terminal to ask for confirmation; nothing was changed\n  fix  pass --yes to apply\n"
    )
    assert dssdsl_("preview", "--expect-no-changes")[0] == 7


def test_changes_are_shown_and_expected_not_to_be(deployed, folder):
    (folder / "project.py").write_text(PROGRAM.replace('name="Sales"', 'name="Sales 2"'))

    code, out, _ = deployed("plan", "--expect-no-changes")

    assert code == 7
    assert ' ~   project  SALES  update  name: Sales → "Sales 2"' in out
    assert deployed("up", "--expect-no-changes", "--yes")[0] == 7
    assert deployed("apply", "--yes")[0] == 0
    assert deployed("preview", "--expect-no-changes")[0] == 0


@pytest.mark.parametrize("form", [["--format", "markdown"], ["--format=markdown"]])
def test_a_preview_in_markdown_is_all_of_stdout(dssdsl_, form):
    code, out, err = dssdsl_("preview", *form, "--out", "up.plan")

    assert code == 0
    assert re.match(
        r"### Stack local · embedded emulator · project\.py · .*\n\n\*\*5 to create", out
    )
    assert "| create | dataset | `RAW` | new |" in out
    assert "the program prints" in err
    assert "Saved the plan" in err


def test_format_json_is_the_same_as_json(dssdsl_, as_json):
    _, out, _ = dssdsl_("preview", "--format", "json")

    assert json.loads(out) == as_json("preview")[1]


def test_an_error_of_a_preview_in_markdown_is_text_on_stderr(dssdsl_, folder):
    (folder / "project.py").write_text("import nothing_like_it")

    code, out, err = dssdsl_("preview", "--format", "markdown")

    assert (code, out) == (2, "")
    assert "error: " in err


def test_json_is_one_document_that_the_schema_allows(as_json):
    _, planned = as_json("preview")
    code, done = as_json("up", "--yes")

    assert [s["action"] for s in planned["steps"]] == ["create"] * 5
    assert planned["summary"] == {"create": 5, "unchanged": 0}
    assert code == 0
    assert len(done["result"]["done"]) == 5
    assert done["result"]["deployment"] == 1


def test_a_plan_is_the_same_in_every_process(dssdsl_, folder):
    import os
    import subprocess

    def plan(seed):
        command = [sys.executable, "-m", "dssdsl", "preview", "--json"]
        root = str(Path(dssdsl.__file__).parents[1])
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": root}
        return subprocess.run(
            command, capture_output=True, text=True, check=True, cwd=folder, env=env
        ).stdout

    assert plan("1") == plan("2")


def test_json_of_an_error_holds_the_plan_that_was_made(as_json):
    code, document = as_json("up")

    assert code == 2
    assert document["error"]["problems"][0]["fix"] == "pass --yes to apply"
    assert len(document["steps"]) == 5


def test_json_of_faults(as_json, folder):
    (folder / "project.py").write_text(PROGRAM.replace("connection=", "conection="))

    code, document = as_json("preview")

    assert code == 2
    assert len(document["error"]["problems"]) >= 2
    assert document["error"]["problems"][0]["at"] == "project.py:6"


def test_drift_names_the_author_and_exits_with_7(deployed, folder):
    assert deployed("drift")[0] == 0
    edit(folder)

    code, out, _ = deployed("drift")

    assert code == 7
    assert (
        "!~   └─ scenario  NIGHTLY  update  active: true → false, changed in DSS by alice, just now"
        in out
    )


def test_refresh_takes_drift_over_after_asking(deployed, folder, as_json):
    edit(folder)

    assert deployed("refresh")[0] == 2
    code, document = as_json("refresh", "--yes")

    assert code == 0
    assert document["taken"] == {"scenario NIGHTLY": 1}
    assert deployed("drift")[0] == 0
    assert "active: false → true" in deployed("preview")[1]


def test_a_failed_step_shows_the_finished_steps_and_how_to_continue(dssdsl_, monkeypatch):
    begin = Emulator._start

    def broken(self, *args):
        begin(self, *args)
        self.refuse("POST .*/scenarios", message="no scenarios today", times=9)

    monkeypatch.setattr(Emulator, "_start", broken)

    code, out, err = dssdsl_("up", "--yes")

    assert code == 4
    assert "x  scenario NIGHTLY  failed" in out
    assert "1 failed" in out
    assert "To continue: dssdsl up --yes" in out
    assert "no scenarios today" in err
    assert "at   project.py:9" in err


def test_state_and_outputs_and_graph(deployed, folder):
    assert "  scenario/NIGHTLY  created" in deployed("state", "list")[1]
    assert json.loads(deployed("state", "show", "NIGHTLY")[1])["key"] == "SALES/scenario/NIGHTLY"
    assert deployed("state", "show", "nope")[0] == 6
    assert deployed("outputs")[1] == 'url: "http://emulator/projects/SALES/"\n'
    (folder / "project.py").write_text(PROGRAM.partition("export(")[0])
    assert deployed("outputs")[1] == "The program exports nothing.\n"
    assert "  needs dataset CLEAN" in deployed("graph")[1]
    assert deployed("graph", "--format", "dot")[1].startswith("digraph")
    assert deployed("graph", "--format", "mermaid")[1].startswith("flowchart")


def test_validate_asks_nobody(dssdsl_, folder):
    code, out, _ = dssdsl_("validate")

    assert code == 0
    assert out.endswith("The program is valid: 5 resources in SALES.\n")
    assert not (folder / ".dssdsl").exists()


def test_validate_lists_unchecked_names_once(dssdsl_, folder):
    """
    Columns of a source without columns, and of code, are unknown to all recipes that read them.
    """
    more = """
from dssdsl import GroupingRecipe, SQLDataset
source = SQLDataset("SOURCE", connection="warehouse", table="T")
for name, given in (("A", source), ("B", source), ("C", clean)):
    made = Dataset(name, connection="filesystem_managed")
    GroupingRecipe(f"group_{name}", inputs=given, outputs=made, keys="id")
"""
    (folder / "project.py").write_text(PROGRAM + more)

    code, _, err = dssdsl_("validate")
    _, out, _ = dssdsl_("validate", "--json")

    assert code == 0
    sources = ["SOURCE (which declares none)", "recipe tidy (whose code decides)"]
    assert json.loads(out)["not_checked"] == sources
    assert " ".join(err.split()).endswith(
        f"not checked: columns that come from {', '.join(sources)}"
    )


def test_a_config_value_must_have_a_name(dssdsl_):
    code, _, err = dssdsl_("preview", "--config", "warehouse")

    assert code == 2
    assert '"warehouse" is not NAME=VALUE' in err


@pytest.fixture
def answers(monkeypatch):
    """Somebody at the terminal, with these answers."""
    given = []
    monkeypatch.setattr(Output, "may_ask", True)
    monkeypatch.setattr(prompt, "_ask", lambda question: given.pop(0))
    return given


@pytest.mark.parametrize(
    ("said", "code"),
    [(["yes"], 0), (["y"], 0), (["no"], 8), (["what"], 8), (["details", "yes"], 0)],
)
def test_only_a_yes_is_a_yes(dssdsl_, answers, said, code):
    answers += said

    assert dssdsl_("up")[0] == code
    assert not answers


def test_data_is_asked_for_once_more(deployed, folder, answers):
    (folder / "project.py").write_text(
        'from dssdsl import Project\nProject("SALES", name="Sales")\n'
    )
    answers += ["yes", "no"]

    code, out, _ = deployed("up", "--delete-data")

    assert code == 8
    assert "  - dataset RAW\n" in out
    assert not answers


def test_stdout_stays_json_if_the_program_prints(as_json, monkeypatch):
    shown = deploying.shown_path
    monkeypatch.setattr(
        deploying, "shown_path", lambda path: sys.stdout.write("a library prints") and shown(path)
    )

    assert as_json("preview")[0] == 0
