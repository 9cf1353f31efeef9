"""Real projects: all that we model of them is declared, field by field, and adopted without a write."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from dssdsl.emulator import Emulator
from dssdsl.lang.model import camel
from dssdsl.lang.values import Secret
from dssdsl.plan.options import Options
from dssdsl.plan.steps import Action
from dssdsl.resources.datasets import files, sql
from dssdsl.resources.datasets.columns import Column, TimeDimension, ValueDimension
from dssdsl.resources.datasets.files import UploadedFilesDataset
from dssdsl.resources.datasets.formats import CSV, JSON, Excel, Format, Parquet
from dssdsl.resources.datasets.managed import Dataset
from dssdsl.resources.library import LibraryFile
from dssdsl.resources.managed_folders import ManagedFolder
from dssdsl.resources.permissions import Grant, ProjectPermissions
from dssdsl.resources.project_variables import ProjectVariables
from dssdsl.resources.projects import Project
from dssdsl.resources.scenarios.messages import Message
from dssdsl.resources.scenarios.reporters import Reporter
from dssdsl.resources.scenarios.scenario import Scenario
from dssdsl.resources.scenarios.steps import Step
from dssdsl.resources.scenarios.triggers import Trigger
from dssdsl.resources.zones import FlowZone
from tests.support import adopting
from tests.support.corpus import CORPUS
from tests.support.world import Declared

PROJECTS = (
    sorted(p.name for p in CORPUS.iterdir() if (p / "params.json").exists())
    if CORPUS.is_dir()
    else []
)
pytestmark = pytest.mark.skipif(
    not PROJECTS, reason="needs exports of real projects: set DSSDSL_CORPUS"
)

FILES = {
    "Filesystem": files.FilesystemDataset,
    "S3": files.S3Dataset,
    "GCS": files.GCSDataset,
    "Azure": files.AzureDataset,
}
SQL = {
    cls.wire: cls
    for cls in (
        sql.PostgreSQLDataset, sql.SnowflakeDataset, sql.BigQueryDataset, sql.RedshiftDataset,
        sql.MySQLDataset, sql.SQLServerDataset, sql.OracleDataset, sql.DatabricksDataset,
    )
}  # fmt: skip


def read(path: Path) -> Any:
    """A JSON file of a project, or nothing."""
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def connections(folder: Path) -> dict[str, str]:
    """The connections that a project's datasets and folders name, each of a type that fits."""
    found: dict[str, str] = {}
    for path in [*folder.glob("datasets/*.json"), *folder.glob("managed_folders/*.json")]:
        document = read(path)
        for key in ("connection", "uploadConnection"):
            if name := document.get("params", {}).get(key):
                found.setdefault(name, "EC2" if document["type"] == "S3" else document["type"])
    return found


def given(document: dict[str, Any], *names: str) -> dict[str, Any]:
    """Those of *names* that DSS has under its own spelling of them."""
    return {name: document[camel(name)] for name in names if document.get(camel(name)) is not None}


def common(document: dict[str, Any]) -> dict[str, Any]:
    """What every dataset has."""
    fields = given(document, "short_desc", "description", "tags")
    fields["rebuild"] = document.get("flowOptions", {}).get("rebuildBehavior")
    columns = document.get("schema", {}).get("columns") or []
    if columns:
        fields["columns"] = [
            Column(
                c["name"],
                c["type"],
                **given(c, "comment", "meaning"),
                **({"max_length": c["maxLength"]} if c.get("maxLength") else {}),
            )
            for c in columns
        ]
    dimensions = document.get("partitioning", {}).get("dimensions") or []
    if dimensions:
        fields["partitioning"] = [
            TimeDimension(d["name"], d["params"]["period"])
            if d["type"] == "time"
            else ValueDimension(d["name"])
            for d in dimensions
        ]
    return fields


def file_format(document: dict[str, Any]) -> Any:
    """The format of a dataset of files."""
    kind, params = document.get("formatType"), document.get("formatParams") or {}
    if kind == "csv":
        spelt = {"header": "parseHeaderRow", "quote": "quoteChar"}
        names = (
            "separator",
            "header",
            "quote",
            "style",
            "charset",
            "compress",
            "skip_rows_before_header",
        )
        return CSV(
            **{
                n: params[spelt.get(n, camel(n))]
                for n in names
                if params.get(spelt.get(n, camel(n))) is not None
            }
        )
    if kind == "parquet":
        return (
            Parquet(compression=params["parquetCompressionMethod"])
            if params.get("parquetCompressionMethod")
            else Parquet()
        )
    if kind == "excel":
        return Excel(
            **({"sheets": params["sheets"]} if params.get("sheets") else {}),
            header=bool(params.get("parseHeaderRow")),
        )
    if kind == "json":
        return JSON()
    return (
        Format(kind, params={k: v for k, v in params.items() if not isinstance(v, (list, dict))})
        if kind
        else None
    )


def declare_dataset(name: str, document: dict[str, Any], renamed_from: str | None) -> None:
    """Declare a dataset as DSS has it, every field that its class models set."""
    kind, params = document["type"], document["params"]
    # A name with other characters than letters, digits and underscores may only be adopted.
    fields = {**common(document), "adopt": not document.get("isNew", False)}
    if renamed_from:
        fields["renamed_from"] = renamed_from
    if kind in FILES and "path" in params and "connection" in params:
        more = given(params, "connection", "path", "bucket", "container")
        pattern = document.get("partitioning", {}).get("filePathPattern")
        format = file_format(document)
        FILES[kind](
            name, managed=document["managed"], **more, **fields,
            **({"partition_pattern": pattern} if pattern else {}), **({"format": format} if format else {}),
        )  # fmt: skip
    elif (
        kind in SQL
        and params.get("mode", "table") in ("table", "query")
        and (params.get("table") or params.get("query"))
    ):
        mode = params.get("mode", "table")
        SQL[kind](
            name,
            managed=document["managed"],
            **given(params, "connection", "schema", "catalog", mode),
            **fields,
        )
    elif kind == "UploadedFiles":
        format = file_format(document)
        where = {"connection": params["uploadConnection"]} if params.get("uploadConnection") else {}
        UploadedFilesDataset(
            name, files=[], **where, **fields, **({"format": format} if format else {})
        )
    else:
        Dataset(name, type=kind, params=params, managed=document["managed"], **fields)


def declare(folder: Path, renamed: Mapping[str, str] = MappingProxyType({})) -> None:
    """Declare all of a project that this file's classes model; *renamed* has old names of datasets by new ones."""
    params = read(folder / "params.json")
    settings = params.get("settings", {})
    python = settings.get("codeEnvs", {}).get("python", {})
    Project(
        "REAL", naming="any", name=params["name"], **given(params, "short_desc", "description", "tags"),
        git_commit_mode=settings.get("gitCommitMode"), disable_triggers=settings.get("disableAutomaticTriggers"),
        code_env=python.get("envName") if python.get("mode") == "EXPLICIT_ENV" else python.get("mode"),
        **({"status": params["projectStatus"]} if params.get("projectStatus") else {}),
    )  # fmt: skip
    ProjectVariables(
        standard=read(folder / "variables.json"), local=read(folder / "localvariables.json")
    )
    grants = [g for g in params.get("permissions", []) if g.get("group") or g.get("user")]
    flags = {camel(n): n for n in Grant.public_names()}
    ProjectPermissions(
        grants=[
            Grant(
                **({"group": g["group"]} if g.get("group") else {"user": g["user"]}),
                **{flags[k]: v for k, v in g.items() if k in flags and isinstance(v, bool)},
            )
            for g in grants
        ]
    )
    zones: dict[str, FlowZone] = {}
    for path in sorted(folder.glob("zones/*.json")):
        zone = read(path)
        names = [read(p)["name"] for p in folder.glob("zones/*.json")]
        if path.stem != "default":
            made = FlowZone(
                zone["name"],
                color=zone["color"],
                tags=zone.get("tags") or [],
                adopt=path.stem if names.count(zone["name"]) > 1 else None,
            )
            zones |= {
                item["objectId"]: made
                for item in zone["items"]
                if item["objectType"] == "MANAGED_FOLDER" and "projectKey" not in item
            }
    for path in sorted(folder.glob("datasets/*.json")):
        declare_dataset(path.stem, read(path), renamed.get(path.stem))
    folders = {path.stem: read(path) for path in sorted(folder.glob("managed_folders/*.json"))}
    names = [f["name"] for f in folders.values()]
    for id, one in folders.items():
        if names.count(one["name"]) == 1:
            fields = {
                **given(one["params"], "connection", "path"),
                **given(one, "short_desc", "description", "tags"),
            }
            ManagedFolder(
                one["name"], adopt=id, **fields, **({"zone": zones[id]} if id in zones else {})
            )
    for path in sorted(folder.glob("recipes/*.json")):
        declare_recipe(folder, path)
    for path in sorted(folder.glob("scenarios/*.json")):
        declare_scenario(path)
    for path in sorted(folder.glob("lib/**/*")):
        if path.is_file() and path.name != "external-libraries.json":
            try:
                text = path.read_text(encoding="utf-8")
                compile(text, str(path), "exec") if path.suffix == ".py" else None
            except (UnicodeDecodeError, SyntaxError, ValueError):
                continue
            LibraryFile(path.relative_to(folder / "lib").as_posix(), content=text)


SUFFIXES = {
    "python": "py",
    "sql_query": "sql",
    "sql_script": "sql",
    "pyspark": "py",
    "spark_sql_query": "sql",
    "shell": "sh",
}


def known(folder: Path) -> set[str]:
    """What a recipe of the project may refer to: a deleted dataset leaves references behind."""
    return {
        p.stem
        for d in ("datasets", "managed_folders", "saved_models", "model_evaluation_stores")
        for p in folder.glob(f"{d}/*.json")
    }


def declare_recipe(folder: Path, path: Path) -> None:
    """Declare a recipe as DSS has it; of a type that has no class, by DSS's own words."""
    head, kind = read(path), read(path)["type"]
    refs = {
        i["ref"]
        for side in ("inputs", "outputs")
        for role in head[side].values()
        for i in role["items"]
    }
    if not refs <= known(folder) or any("." in ref for ref in refs):
        return
    payload = path.with_suffix(f".{SUFFIXES.get(kind, kind)}")
    text = payload.read_text(encoding="utf-8") if payload.is_file() else ""
    if kind in adopting.CODE and not text.strip():
        return
    try:
        said = json.loads(text) if text.startswith("{") and kind not in adopting.CODE else text
    except ValueError:
        said = text
    adopting.declare_recipe(path.stem, head, said, adopt=True)


def with_secrets(configuration: dict) -> dict:
    """A channel's settings, with what is a secret from the environment."""
    hook = {"webhookUrl": Secret.env("HOOK")} if "webhookUrl" in configuration else {}
    return {**configuration, **hook}


def declare_scenario(path: Path) -> None:
    """Declare a scenario by DSS's own words for its steps, triggers and messages."""
    found = read(path)
    parts: dict[str, Any] = {
        "triggers": [
            Trigger(t["type"], t["params"], active=t["active"], **given(t, "name"))
            for t in found["triggers"]
        ],
        "reporters": [
            Reporter(
                Message(r["messaging"]["type"], with_secrets(r["messaging"]["configuration"])),
                phase=r["phase"],
                active=r["active"],
                **given(r, "name"),
            )
            for r in found["reporters"]
        ],
    }
    if found["type"] == "step_based":
        parts["steps"] = [
            Step(s["type"], s["params"], **given(s, "name")) for s in found["params"]["steps"]
        ]
    else:
        parts["code"] = (
            path.with_suffix(".py").read_text(encoding="utf-8")
            if path.with_suffix(".py").is_file()
            else ""
        )
        try:
            compile(parts["code"], str(path), "exec")
        except SyntaxError:
            return
    Scenario(
        path.stem,
        name=found["name"],
        active=found["active"],
        tags=found["tags"],
        adopt=True,
        **{k: v for k, v in parts.items() if v},
    )


def environments(folder: Path) -> list[str]:
    """The code environments that a project and its recipes name."""
    texts = [p.read_text("utf-8") for p in (folder / "params.json", *folder.glob("recipes/*.json"))]
    return sorted({name for text in texts for name in re.findall(r'"envName": *"([^"]+)"', text)})


@pytest.mark.parametrize("project", PROJECTS)
def test_a_real_project_is_adopted_without_a_write(project, tmp_path, monkeypatch):
    """
    Everything that stands in the project is adopted as it stands; only our own state is written.
    """
    monkeypatch.setenv("HOOK", "REDACTED")
    folder = CORPUS / project
    envs = environments(folder)
    with Emulator(connections=connections(folder), code_envs=envs) as dss:
        dss.load(folder, "REAL")
        workspace = Declared(lambda: declare(folder), dss, tmp_path)

        plan = workspace.preview(Options())
        again = Declared(lambda: declare(folder), dss, tmp_path)
        again.up()

        assert [] == [
            (s.label, [(c.pointer, c.old, c.new) for c in s.changes])
            for s in plan.steps
            if s.changes
        ]
        assert {Action.ADOPT} >= {s.action for s in plan.steps}
        assert [] == [
            f"{r.method} {r.path}"
            for r in dss.writes()
            if "dataiku_framework" not in r.path and "/git/" not in r.path
        ]
        assert not Declared(lambda: declare(folder), dss, tmp_path).preview()
