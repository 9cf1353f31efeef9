"""Six programs that use most of the language, deployed to the emulator."""

from __future__ import annotations

import shutil

import pytest

from dssdsl.dss.session import Session
from dssdsl.emulator import Emulator, InProcess
from dssdsl.plan.options import Options
from dssdsl.workspace import Workspace
from tests.support.corpus import CORPUS, PROGRAMS

SNOWFLAKE = ("snowflake_dev", "snowflake_dev_managed", "managed-snowflake")
POSTGRES = (
    "pg_replica",
    "pg_dev",
    "pg_emea",
    "pg_amer",
    "pg_apac",
    "pg_latam",
    "pg_africa",
    "pg_dwh",
    "pg_ref",
)
CONNECTIONS = {
    **dict.fromkeys(SNOWFLAKE, "Snowflake"),
    **dict.fromkeys(POSTGRES, "PostgreSQL"),
    "s3_lake": "EC2",
    "dataiku-managed-storage": "EC2",
}


@pytest.fixture(name="dss")
def _dss():
    with Emulator(
        connections=CONNECTIONS, code_envs=["py311_sales", "py311_iot", "py311_ml"]
    ) as dss:
        yield dss


@pytest.fixture(autouse=True)
def _secrets(monkeypatch):
    for name in ("SLACK_WEBHOOK", "CHURN_SLACK_WEBHOOK", "TEAMS_WEBHOOK"):
        monkeypatch.setenv(name, "https://hooks.example.com/x")


def lab_model(dss: Emulator) -> Options:
    """A project in which somebody trained a model already."""
    session = Session("http://dss.test", "emulator", adapter=InProcess(dss))
    session.send(
        "POST", "/projects/", {"projectKey": "CHURN", "name": "Churn prediction", "owner": "admin"}
    )
    model = {
        "savedModelType": "MLFLOW_PYFUNC",
        "predictionType": "BINARY_CLASSIFICATION",
        "name": "Churn (random forest)",
    }
    session.json("POST", "/projects/CHURN/savedmodels/", model)
    return Options(adopt=True)


def real_project(dss: Emulator) -> Options:
    """A project that people built in the UI."""
    if not CORPUS.is_dir():
        pytest.skip("needs exports of real projects: set DSSDSL_CORPUS")
    dss.load(CORPUS / "ppham_clv", "CLV")
    session = Session("http://dss.test", "emulator", adapter=InProcess(dss))
    folder = {
        "name": "model_artifacts",
        "projectKey": "CLV",
        "type": None,
        "params": {"connection": "filesystem_folders"},
    }
    session.json("POST", "/projects/CLV/managedfolders/", folder)
    return Options()


@pytest.mark.parametrize(
    ("program", "file", "before"),
    [
        ("1_snowflake_elt", "project.py", None),
        ("1_snowflake_elt", "project.yaml", None),
        ("2_s3_python", "project.py", None),
        ("3_ml", "project.py", lab_model),
        ("4_stacks", "project.py", None),
        ("5_template", "project.py", None),
        ("6_adopt", "project.py", real_project),
    ],
)
def test_a_program_deploys_and_then_has_nothing_to_do(dss, tmp_path, program, file, before):
    """
    Each program previews and deploys, and its second preview is empty and sends no write.
    """
    folder = tmp_path / program
    shutil.copytree(PROGRAMS / program, folder, copy_function=shutil.copyfile)
    options = before(dss) if before else Options()

    def workspace() -> Workspace:
        return Workspace(
            folder / file, stack="dev" if (folder / "dssdsl.toml").exists() else None, emulator=dss
        )

    plan = workspace().preview(options)
    assert plan
    deployment = workspace().up(options)
    dss.clear_requests()

    again = workspace().preview()
    workspace().up()

    assert not again
    assert [] == dss.writes()
    assert not any(str(value).startswith("<") for value in deployment.outputs.values())
