"""One program that declares every class of resource, for proofs about whole deployments."""

from __future__ import annotations

from pathlib import Path

import dssdsl
from dssdsl import *
from dssdsl.lang.resource import Resource

COLUMNS = {"id": "bigint", "day": "date", "amount": "double", "cost": "double"}
FILES = {"a.csv": "id,day\n1,2026-01-01\n", "b.csv": "id,day\n2,2026-01-02\n"}
"""What the program reads beside itself."""


def prepare(folder: Path) -> Path:
    """Write the files that the program reads, and return their folder."""
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def classes() -> set[type[Resource]]:
    """Every class of resource that a program may import."""
    exported = (getattr(dssdsl, name) for name in dssdsl.__all__)
    return {
        each
        for each in exported
        if isinstance(each, type)
        and issubclass(each, Resource)
        and not each.__name__.startswith("Any")
    }


def everything(  # noqa: PLR0915 - as many as there are classes
    state: str = "first", *, adopt: bool = False, git_commit_mode: str | None = None
) -> None:
    """
    Declare it.

    Args:
        state: ``first``; ``edited``, where each kind of resource has another value in some field; or
            ``later``, where some are dropped, some are edited, some are new.
        adopt: Whether the project is there already.
        git_commit_mode: The project's.
    """
    edited, later = state != "first", state == "later"
    desc = "edited" if edited else "as it was"
    tags = ["late"] if edited else ["early", "first"]
    project = Project("ALL", naming="any", name="Everything", short_desc=desc, tags=tags, git_commit_mode=git_commit_mode, adopt=adopt or None)  # fmt: skip
    ProjectVariables(standard={"day": desc}, local={"mail": "ops@example.com"})
    ProjectPermissions(grants=Grant(group="readers", read_dashboards=not edited))
    LibraryFile("python/all/days.py", content=f"DAYS = {7 + edited}\n")
    with FlowZone("Sources", tags=tags):
        files = FilesystemDataset("files", connection="filesystem_managed", path="/raw", columns=COLUMNS, format=CSV(separator=";" if edited else ","))  # fmt: skip
        UploadedFilesDataset("uploaded", files=["a.csv", "b.csv"] if edited else "a.csv", short_desc=desc)  # fmt: skip
        orders = SQLDataset("orders", connection="pg", table="orders", columns=COLUMNS, tags=tags)
        other = PostgreSQLDataset("other", connection="pg", table="other", columns=COLUMNS)
        MySQLDataset("mysql", connection="warehouse", table="mysql", columns=COLUMNS)
        if not later:
            OracleDataset("oracle", connection="warehouse", table="oracle", columns=COLUMNS)
    if later:
        FlowZone("Later")
    letters = ManagedFolder("letters", path="/letters", short_desc=desc)
    model = SavedModel("churn", type="MLFLOW_PYFUNC", short_desc=desc)
    store = EvaluationStore("evaluations", short_desc=desc)
    script = PostgreSQLDataset("by_script", connection="pg", table="by_script", managed=True)
    # What recipes write: the rest of the classes, with columns of their own, and two whose columns DSS computes.
    s3 = S3Dataset("by_code", connection="lake", path="/c", bucket="acme", managed=True, columns=COLUMNS)  # fmt: skip
    gcs = GCSDataset("by_sampling", connection="gcs", path="/s", managed=True, columns=COLUMNS)
    azure = AzureDataset("by_prepare", connection="azure", path="/p", managed=True, columns=COLUMNS)
    sql = {"connection": "warehouse", "managed": True, "columns": COLUMNS}
    redshift = RedshiftDataset("by_query", table="q", **sql)
    sources = SnowflakeDataset("snow", connection="warehouse", table="s", columns=COLUMNS)
    bigquery = BigQueryDataset("by_sync", table="y", **sql)
    group = Dataset("by_group", connection="filesystem_managed", short_desc=desc)
    join = Dataset("by_join", connection="filesystem_managed")
    PythonRecipe("code", inputs=[files, letters], outputs=s3, code=f"x = {1 + edited}\n")
    SQLQueryRecipe("query", inputs=sources, outputs=redshift, code=f"SELECT {1 + edited}")
    SQLScriptRecipe("script", inputs=orders, outputs=script, code=f"SELECT {1 + edited}")
    Recipe("sampling", type="sampling", inputs=files, outputs=gcs, params={"selection": {"targetRatio": 0.5 if edited else 0.1}})  # fmt: skip
    PrepareRecipe("prepare", inputs=files, outputs=azure, steps=dssdsl.prepare.Formula("c", "cost * 3" if edited else "cost * 2"))  # fmt: skip
    GroupingRecipe("group", inputs=files, outputs=group, keys=["id", "day"] if edited else "id", aggregations=Agg("amount", sum=True))  # fmt: skip
    JoinRecipe("join", inputs=[orders, other], outputs=join, joins=Join(["id", "day"] if edited else "id"))  # fmt: skip
    SyncRecipe("sync", inputs=files, outputs=bigquery, short_desc=desc)
    half = [Dataset(f"by_split_{side}", connection="filesystem_managed", columns=COLUMNS) for side in ("left", "right")]  # fmt: skip
    SplitRecipe("split", inputs=files, by=ByRandom({half[0]: 40 + edited}), default=half[1])  # fmt: skip
    made = {name: Dataset(f"by_{name}", connection="filesystem_managed", columns=COLUMNS) for name in ("sample", "r", "spark", "spark_sql", "shell", "plugin")}  # fmt: skip
    SamplingRecipe("sample", inputs=files, outputs=made["sample"], sample=Sample("RANDOM_FIXED_RATIO", ratio=0.5 if edited else 0.1))  # fmt: skip
    RRecipe("r", inputs=files, outputs=made["r"], code=f"x <- {1 + edited}")
    PySparkRecipe("spark", inputs=files, outputs=made["spark"], code=f"x = {1 + edited}\n")
    SparkSQLRecipe("spark_sql", inputs=files, outputs=made["spark_sql"], code=f"SELECT {1 + edited}")  # fmt: skip
    ShellRecipe("shell", inputs=files, outputs=made["shell"], code=f"head -{1 + edited}")
    PluginRecipe("plugin", recipe="geocode", inputs=files, outputs=made["plugin"], config={"limit": 1 + edited})  # fmt: skip
    if not later:
        databricks = DatabricksDataset("by_window", table="w", **sql)
        sqlserver = SQLServerDataset("by_stack", table="t", **sql)
        WindowRecipe("window", inputs=files, outputs=databricks, partition_by="id", order_by="day", row_number=not edited)  # fmt: skip
        StackRecipe("stack", inputs=[orders, other], outputs=sqlserver, origin_column="b" if edited else "a")  # fmt: skip
        LibraryFile("notes.txt", content="to go\n")
    else:
        new = Dataset("new", connection="filesystem_managed")
        SyncRecipe("new", inputs=s3, outputs=new)
        Scenario("LATER", steps=[Build(new)])
        ManagedFolder("more_letters", path="/more")
        SavedModel("later", type="MLFLOW_PYFUNC")
    Scenario("NIGHTLY", steps=[Build([s3, letters], name="all")], triggers=Daily("03:00" if edited else "02:00"), active=False)  # fmt: skip
    export("ids", [letters.id, model.id, store.id])
    export("url", project.url)
