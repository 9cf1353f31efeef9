"""The example, the programs of the docs, and the types of all programs to copy; the templates' lives are in `test_scaffold`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dssdsl.cli.main import run
from dssdsl.workspace import Workspace
from tests.support import world

ROOT = Path(__file__).parents[2]
SALES = ROOT / "examples" / "sales"
TEMPLATES = sorted((ROOT / "templates").glob("*/project.py"))
CONNECTIONS = {
    f"snowflake_{name}": "Snowflake" for name in ("dev", "dev_managed", "prod", "prod_managed")
}


@pytest.fixture
def copy(tmp_path):
    """Copies a folder, without what was deployed from it."""

    def copy(folder: Path) -> Path:
        ignored = shutil.ignore_patterns(".dssdsl", "__pycache__")
        return Path(shutil.copytree(folder, tmp_path / folder.name, ignore=ignored))

    return copy


def cli(*args: str) -> int:
    return run([*args, "--no-color"])


def preview(capsys, program: Path) -> str:
    """The JSON of a plan, as text, without where the program says what."""
    assert cli("preview", str(program), "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert Path(document.pop("program")).name == program.name
    for step in document["steps"]:
        assert step.pop("at").startswith(f"{program.name}:")
    return re.sub(r"project\.(py|yaml):\d+", "PLACE", json.dumps(document, indent=1))


def test_python_and_yaml_give_the_same_plan(copy, capsys):
    """
    Byte for byte, before the first deployment and after it.
    """
    folder = copy(SALES)

    before = preview(capsys, folder / "project.py")

    assert before == preview(capsys, folder / "project.yaml")
    assert len(json.loads(before)["steps"]) == 25
    assert cli("up", str(folder / "project.py"), "--yes") == 0
    capsys.readouterr()
    after = preview(capsys, folder / "project.py")
    assert after == preview(capsys, folder / "project.yaml")
    assert json.loads(after)["steps"] == []


def test_sales_is_deployed_once(copy, capsys):
    program = str(copy(SALES) / "project.py")

    assert cli("up", program, "--yes") == 0
    assert "25 created" in capsys.readouterr().out
    assert cli("up", program, "--yes") == 0

    assert "No changes. 25 resources match the program." in capsys.readouterr().out
    assert cli("preview", program, "--expect-no-changes") == 0
    assert cli("drift", program) == 0


@pytest.mark.parametrize("name", ["project.py", "project.yaml"])
@pytest.mark.parametrize(
    ("stack", "key", "active"), [("dev", "SALES_DEV", False), ("prod", "SALES", True)]
)
def test_the_scenario_runs_by_itself_in_prod_only(copy, name, stack, key, active):
    dss = world.emulator(connections=CONNECTIONS, code_envs=["py311_sales"])
    workspace = Workspace(copy(SALES) / name, stack=stack, emulator=dss)

    workspace.up()

    assert workspace.session.json("GET", f"/projects/{key}/scenarios/NIGHTLY")["active"] is active


def test_sales_can_be_built_at_once(copy):
    """
    Every dataset that DSS can know the columns of has them after the first deployment.
    """
    workspace = Workspace(copy(SALES) / "project.py")
    with workspace:
        workspace.up()

        datasets = workspace.session.json("GET", "/projects/SALES/datasets/")

    columns = {d["name"]: [c["name"] for c in d["schema"]["columns"]] for d in datasets}
    assert columns["STORES"] == ["STORE_ID", "CITY", "COUNTRY"]
    assert columns["SALES_TREND"][-1] == "REVENUE_7_DAYS"
    assert [name for name, found in columns.items() if not found] == [
        "SALES_BY_WEEK"
    ]  # of a Python recipe


def test_sales_can_be_destroyed(copy, capsys):
    program = str(copy(SALES) / "project.py")
    assert cli("up", program, "--yes") == 0

    assert cli("destroy", program, "--yes") == 0

    capsys.readouterr()
    assert json.loads(preview(capsys, Path(program)))["summary"]["create"] == 25


@pytest.mark.parametrize(
    "program",
    [SALES / "project.py", *TEMPLATES],
    ids=lambda p: p.parent.name,
)
@pytest.mark.parametrize(
    "checker",
    [["mypy", "--strict", "--follow-imports=silent", "--cache-dir", os.devnull], ["pyright"]],
    ids=lambda c: c[0],
)
def test_type_checkers_accept_programs_to_copy(checker, program):
    if shutil.which(checker[0], path=str(Path(sys.executable).parent)) is None:
        pytest.skip(f"{checker[0]} is not installed")
    tool = [str(Path(sys.executable).with_name(checker[0])), *checker[1:]]
    where = {"PYTHONPATH": str(ROOT), "MYPYPATH": os.pathsep.join([str(ROOT), str(program.parent)])}
    if checker[0] == "pyright":
        tool += ["--pythonpath", sys.executable]

    done = subprocess.run(
        [*tool, str(program)],
        cwd=ROOT,
        env={**os.environ, **where},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", ["yaml"])
def test_the_program_of_a_page_can_be_deployed(page, tmp_path, capsys):
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    body = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert body
    program = tmp_path / "project.yaml"
    program.write_text(body[1], encoding="utf-8")
    (tmp_path / "dssdsl.toml").write_text(
        '[stacks.local]\nemulator = true\nconnections = { warehouse = "Snowflake" }\n'
    )

    assert cli("up", str(program), "--yes") == 0
    assert cli("preview", str(program), "--expect-no-changes") == 0
