"""
A project that people built in the UI: some of it adopted as it stands, two things added, one hour moved.

The same laws hold for a real project, where one is at hand, and for a small one of our own.
"""

from __future__ import annotations

import re
import subprocess
import textwrap
from pathlib import Path

import pytest
from attrs import frozen

from dssdsl.emulator import Emulator
from dssdsl.plan.steps import Action
from tests.support import corpus
from tests.support.corpus import CORPUS
from tests.support.world import World

CLV = """
    from dssdsl import *

    Project("CLV", naming="any")
    snowflake = "managed-snowflake"
    UploadedFilesDataset("crm_last_year", adopt=True, files=[], format=CSV(separator=",", header=True))
    SQLDataset("crm_last_year_sql", adopt=True, connection=snowflake, managed=True, schema="PUBLIC",
               table="${NODE}_${projectKey}_CRM_LAST_YEAR_SQL", short_desc="Revenue info", tags=["connections"],
               columns=[Column(n, "string", max_length=4194304) for n in ("customer_id", "birth", "price_first_item_purchased", "gender", "revenue")])
    clean = Dataset("customer_data_clean_python", connection=snowflake)
    SQLDataset("new_customer_data_sf", connection=snowflake, table="ONLINECUSTOMERLIFETIMEVALUE_NEW_CUSTOMER_DATA_CLV")
    S3Dataset("cust_campaigns", connection="dataiku-managed-storage", managed=True, bucket="gis-dataiker-1-data",
              path="/managed-dss-data/${projectKey}/cust_campaigns")
    SyncRecipe("compute_crm_last_year_sql", inputs="crm_last_year", outputs="crm_last_year_sql")
    PythonRecipe("compute_customer_data_clean_python", inputs="customer_data_clean", outputs=clean, code=file("clean.py"))
    points = SQLDataset("LOYALTY_POINTS", connection=snowflake, schema="PUBLIC", table="LOYALTY_POINTS", managed=True)
    PythonRecipe("compute_points", inputs=clean, outputs=points, code="print(1)")
    Scenario("UPDATECUSTOMERDATA", adopt=True, triggers=[Weekly("Tuesday", "11:35")])
"""
CLINIC = """
    from dssdsl import *

    Project("CLINIC", naming="any", name="Clinic appointments", short_desc="Who comes when", tags=["clinic"])
    patients = PostgreSQLDataset("patients", connection="records", schema="public", table="patient", tags=["clinic"],
                                 short_desc="One row a patient",
                                 columns=[Column("id", "bigint"), Column("born", "dateonly"), Column("name", "string", max_length=80)])
    raw = FilesystemDataset("appointments", connection="filesystem_root", path="/exports/appointments",
                            format=CSV(separator=";", header=True), columns={"patient": "bigint", "day": "string", "room": "string"})
    clean = Dataset("appointments_clean", connection="records")
    per_day = SQLDataset("per_day", connection="records", table="${projectKey}_per_day", managed=True, type="PostgreSQL")
    Dataset("rooms", type="Inline", columns={"room": "string", "floor": "int"})
    PythonRecipe("clean", inputs=[raw, patients], outputs=clean, code=file("clean.py"), code_env="INHERIT")
    GroupingRecipe("count_days", inputs=clean, outputs=per_day, keys="day", count=True)
    points = SQLDataset("REMINDERS", connection="records", table="REMINDERS", managed=True)
    PythonRecipe("remind", inputs=clean, outputs=points, code="print(1)")
    Scenario("MORNING", adopt=True, triggers=[Daily("07:30")])
"""


@frozen
class Case:
    """A project's folder, its key, a program, and what the program adds and changes."""

    folder: Path
    key: str
    program: str
    code: str
    dataset: str
    recipe: str
    scenario: str
    adopted: int
    connections: dict[str, str]


CASES = [
    pytest.param(
        Case(
            CORPUS / "ppham_clv", "CLV", CLV, "compute_customer_data_clean_python.py", "LOYALTY_POINTS", "compute_points", "UPDATECUSTOMERDATA", 8,
            {"managed-snowflake": "Snowflake", "dataiku-managed-storage": "EC2"},
        ),
        id="a real one",
        marks=pytest.mark.skipif(not CORPUS.is_dir(), reason="needs exports of real projects: set DSSDSL_CORPUS"),
    ),
    pytest.param(
        Case(
            corpus.CLINIC, "CLINIC", CLINIC, "clean.py", "REMINDERS", "remind", "MORNING", 8,
            {"records": "PostgreSQL", "filesystem_root": "Filesystem"},
        ),
        id="our own",
    ),
]  # fmt: skip


@pytest.fixture(name="case", params=CASES)
def _case(request):
    return request.param


@pytest.fixture(name="world")
def _world(case, tmp_path):
    with Emulator(connections=case.connections) as dss:
        dss.load(case.folder, case.key)
        world = World(tmp_path, dss)
        world.write(textwrap.dedent(case.program))
        (tmp_path / "clean.py").write_bytes((case.folder / "recipes" / case.code).read_bytes())
        yield world


def files(folder: Path) -> dict[str, bytes]:
    """All files of a project but Git's own, and but the version tags that DSS keeps beside them."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
        and ".git" not in path.relative_to(folder).parts
        and path.name != "version-tags.json"
    }


def log(folder: Path) -> list[str]:
    """The messages of a project's commits, oldest first."""
    command = ["git", "log", "--reverse", "--format=%s"]
    return subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True
    ).stdout.splitlines()


def test_an_equal_object_is_adopted_without_a_write(world, case):
    """
    The plan adopts what equals the program, creates two things, and changes the scenario's hour alone.
    """
    plan = world.preview()

    assert {Action.ADOPT: case.adopted + 1, Action.CREATE: 2} == {
        action: sum(step.action is action for step in plan.steps)
        for action in (Action.ADOPT, Action.CREATE)
    }
    changed = [
        (step.name, [(c.pointer, c.new - c.old) for c in step.changes])
        for step in plan.steps
        if step.changes
    ]
    assert [(case.scenario, [("/triggers/[temporal]/params/hour", 1)])] == changed


def test_a_creation_sends_exactly_these_writes(world, case):
    """
    The dataset, the recipe and the scenario are written, then our state; nothing else is sent.
    """
    world.preview()
    world.dss.clear_requests()

    world.up()

    sent = sorted(re.sub(rf"^/projects/{case.key}/", "", r.path) for r in world.dss.writes())
    assert [
        "datasets",
        "git/actions/deleteTag",  # unlocked
        "git/tags",  # locked
        "git/tags",
        "libraries/contents/.dataiku_framework/history/1.json",
        "libraries/contents/.dataiku_framework/history/base-1.json",
        "libraries/contents/.dataiku_framework/state.json",  # what is about to be made
        "libraries/contents/.dataiku_framework/state.json",
        "libraries/folders/.dataiku_framework",
        "libraries/folders/.dataiku_framework/history",
        "recipes",
        f"scenarios/{case.scenario}",
    ] == sent


def test_git_shows_just_those_commits_and_all_else_is_the_same(world, case):
    """
    One commit for each thing that was written; no other file changed by a byte.
    """
    folder = world.dss.project_folder(case.key)
    before, told = files(folder), log(folder)

    world.up()

    after = files(world.dss.project_folder(case.key))
    new = [message for message in log(folder)[len(told) :] if ".dataiku_framework" not in message]
    assert sorted(new) == sorted(
        [
            f"Created dataset {case.key}.{case.dataset}",
            f"Created python recipe: {case.key}.{case.recipe}",
        ]
        + [
            message
            for message in new
            if message.startswith("Saved scenario") and case.scenario in message
        ]
    )
    assert 3 == len(new)
    mine = {
        f"datasets/{case.dataset}.json",
        f"recipes/{case.recipe}.json",
        f"recipes/{case.recipe}.py",
        f"scenarios/{case.scenario}.json",
    }
    changed = {path for path in before | after if before.get(path) != after.get(path)}
    assert mine == {path for path in changed if not path.startswith("lib/.dataiku_framework/")}


def test_the_next_plan_is_empty(world):
    """
    After it the preview is empty, and a second deployment sends no write.
    """
    world.up()
    world.dss.clear_requests()

    plan = world.preview()
    world.up()

    assert not plan
    assert [] == world.dss.writes()


def test_parallel_changes_of_people_are_left_alone(world, case):
    """
    What the program does not set may be edited in the UI; the next deployment leaves it byte for byte.
    """
    world.up()
    path = f"scenarios/{case.scenario}.json"
    world.dss.edit(
        case.key, path, lambda doc: doc["params"]["steps"][0].update(name="renamed in the UI")
    )
    before = files(world.dss.project_folder(case.key))

    plan = world.preview()
    world.write(textwrap.dedent(case.program).replace('code="print(1)"', 'code="print(2)"'))
    world.up()

    assert not plan
    after = files(world.dss.project_folder(case.key))
    changed = {
        p
        for p in before | after
        if before.get(p) != after.get(p) and not p.startswith("lib/.dataiku_framework/")
    }
    assert {f"recipes/{case.recipe}.py"} == changed
