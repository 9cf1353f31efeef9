from __future__ import annotations

import json
import shutil
from textwrap import dedent

import pytest

from dssdsl import frontends, settings
from tests.support.corpus import PROGRAMS

from .programs import documents, load

HEAD_PY = "from dssdsl import *\nProject('SALES')\n"


HEAD_YAML = "project: {key: SALES}\n"


SAME = {
    "project": (
        'Project("SALES", name="Sales", tags=["a"], code_env="py311", git_commit_mode="EXPLICIT")',
        "project: {key: SALES, name: Sales, tags: [a], code_env: py311, git_commit_mode: EXPLICIT}",
    ),
    "variables and permissions": (
        """
        ProjectVariables(standard={"day": "2024-01-01", "n": 3, "on": True}, local={"mail": config("warehouse")})
        ProjectPermissions(grants=[Grant(group="a", read_project_content=True), Grant(user="b", admin=True)])
        """,
        """
        variables:
          standard: {day: "2024-01-01", n: 3, on: true}
          local: {mail: "${config.warehouse}"}
        permissions:
          - {group: a, read_project_content: true}
          - {user: b, admin: true}
        """,
    ),
    "sql datasets": (
        """
        z = FlowZone("In", color="#2ab1ac")
        SQLDataset("A", connection=config("warehouse"), schema="RAW", table="T", zone=z, columns={"id": "bigint"})
        SQLDataset("B", connection="wh", catalog="C", schema="RAW", table="T", managed=True, rebuild="EXPLICIT")
        SnowflakeDataset("C", connection="wh", query="SELECT '${day}'")
        PostgreSQLDataset("D", connection="pg", table="t", partitioning=TimeDimension("day", "HOUR"))
        SQLDataset("E", connection="td", table="t", type="Teradata")
        """,
        """
        zones: [{name: In, color: "#2ab1ac"}]
        datasets:
          - {name: A, type: SQL, connection: "${config.warehouse}", params: {schema: RAW, table: T, mode: table}, zone: In, columns: {id: bigint}}
          - {name: B, type: sql, connection: wh, catalog: C, schema: RAW, table: T, managed: true, rebuild: EXPLICIT}
          - {name: C, type: Snowflake, connection: wh, query: "SELECT '${day}'"}
          - {name: D, type: postgresql, connection: pg, table: t, partitioning: {type: time, name: day, period: HOUR}}
          - {name: E, type: Teradata, connection: td, table: t}
        """,
    ),
    "other datasets": (
        """
        Dataset("A", connection="wh", format="PARQUET_HIVE")
        S3Dataset("B", connection="s3", bucket="b", path="/x", format=CSV(separator=";", header=False), include="*.csv",
                  partitioning=[TimeDimension("day"), ValueDimension("c")], partition_pattern="/%Y/%M/%D/%{c}/.*",
                  columns=[Column("a", "string", comment="x"), Column("b", "double")])
        FilesystemDataset("C", connection="fs", path="/x", format=Format("avro", params={"a": 1}), managed=True)
        Dataset("D", type="HDFS", params={"path": "/x", "n": [1, {"m": "${config}"}]}, managed=True, connection="h")
        UploadedFilesDataset("E", files=["data.csv"], format=JSON())
        """,
        """
        datasets:
          - {name: A, managed: true, connection: wh, format: PARQUET_HIVE}
          - name: B
            type: S3
            connection: s3
            params: {bucket: b, path: /x}
            format: {type: csv, separator: ";", header: false}
            include: "*.csv"
            partitioning: [{type: time, name: day}, {type: value, name: c}]
            partition_pattern: "/%Y/%M/%D/%{c}/.*"
            columns:
              - {name: a, type: string, comment: x}
              - {name: b, type: double}
          - {name: C, type: Filesystem, connection: fs, path: /x, format: {type: avro, params: {a: 1}}, managed: true}
          - {name: D, type: HDFS, params: {path: /x, n: [1, {m: "${config}"}]}, managed: true, connection: h}
          - {name: E, type: UploadedFiles, files: [data.csv], format: json}
        """,
    ),
    "code recipes": (
        """
        a, b, c, d = (Dataset(n, connection="wh", partitioning=TimeDimension("day")) for n in "ABCD")
        f = ManagedFolder("f")
        PythonRecipe("p", inputs=[RecipeInput(a, deps=Dependency("equals", dimension="day")), f, "OTHER.X"], outputs=RecipeOutput(b, append=True),
                     code=file("code.py"), code_env="py311", container="NONE", variables={"x": 1})
        SQLQueryRecipe("q", inputs=a, outputs=c, code="SELECT '${config.x}' FROM ${tbl:A}\\n")
        SQLScriptRecipe("s", inputs={"main": ["A"]}, outputs={"main": d}, code="DROP TABLE x")
        """,
        """
        folders: [f]
        datasets:
          - {name: A, connection: wh, partitioning: {type: time, name: day}}
          - {name: B, connection: wh, partitioning: {type: time, name: day}}
          - {name: C, connection: wh, partitioning: {type: time, name: day}}
          - {name: D, connection: wh, partitioning: {type: time, name: day}}
        recipes:
          - name: p
            type: python
            inputs:
              - {of: A, deps: {func: equals, dimension: day}}
              - f
              - OTHER.X
            outputs: {of: B, append: true}
            code_file: code.py
            code_env: py311
            container: NONE
            variables: {x: 1}
          - name: q
            type: sql_query
            inputs: A
            outputs: C
            code: |
              SELECT '${config.x}' FROM ${tbl:A}
          - {name: s, type: SQLScript, inputs: {main: [A]}, outputs: {main: D}, code: DROP TABLE x}
        """,
    ),
    "visual recipes": (
        """
        A, B = (SQLDataset(n, connection="wh", table=n, columns={"id": "bigint", "day": "string", "x": "double"}) for n in "AB")
        out = {n: Dataset(n, connection="wh") for n in "CDEFGH"}
        GroupingRecipe("g", inputs=A, outputs=out["C"], keys=["id"], count=True, pre_filter="x > 1", post_filter=SQL("x > 2"),
                       aggregations=[Agg("x", sum="total", avg=True), Custom("n", "COUNT(*)")],
                       computed_columns=Computed("y", SQL("x + 1"), type="double"))
        JoinRecipe("j", inputs=[A, JoinInput(B, select={"x": "other"}, prefix="b")], outputs=out["D"],
                   joins=[Join({"id": "id"}, type="INNER")], unmatched_left=out["H"])
        JoinRecipe("k", inputs=[JoinInput(A, select=["id"]), JoinInput(B, select=["day"])], outputs=out["E"],
                   joins=Join([On("id", "id", "LTE")]))
        WindowRecipe("w", inputs=A, outputs=out["F"], partition_by="id", order_by=Desc("day"), preceding=6, following=0,
                     aggregations=[WindowAgg("x", sum="roll"), WindowAgg("x", lag=7)], rank=True)
        StackRecipe("s", inputs=[A, B], outputs=out["G"], mode="UNION", origin_column="src")
        """,
        """
        datasets:
          - &table {name: A, type: SQL, connection: wh, table: A, columns: {id: bigint, day: string, x: double}}
          - {<<: *table, name: B, table: B}
          - {name: C, connection: wh}
          - {name: D, connection: wh}
          - {name: E, connection: wh}
          - {name: F, connection: wh}
          - {name: G, connection: wh}
          - {name: H, connection: wh}
        recipes:
          - name: g
            type: group
            inputs: A
            outputs: C
            keys: [id]
            count: true
            pre_filter: x > 1
            post_filter: {sql: x > 2}
            aggregations:
              - {column: x, sum: total, avg: true}
              - {name: n, expression: COUNT(*)}
            computed_columns: {name: y, expression: {sql: x + 1}, type: double}
          - name: j
            type: join
            inputs: [A, {of: B, select: {x: other}, prefix: b}]
            outputs: D
            joins: [{on: {id: id}, type: INNER}]
            unmatched_left: H
          - name: k
            type: join
            inputs: [{of: A, select: [id]}, {of: B, select: [day]}]
            outputs: E
            joins: {on: [{left: id, right: id, type: LTE}]}
          - name: w
            type: window
            inputs: A
            outputs: F
            partition_by: id
            order_by: {desc: day}
            preceding: 6
            following: 0
            aggregations: [{column: x, sum: roll}, {column: x, lag: 7}]
            rank: true
          - {name: s, type: vstack, inputs: [A, B], outputs: G, mode: UNION, origin_column: src}
        """,
    ),
    "prepare and other recipes": (
        """
        a, b, c, d = (Dataset(n, connection="wh") for n in "ABCD")
        PrepareRecipe("p", inputs=a, outputs=b, steps=[
            prepare.RenameColumns({"2024": "y"}), prepare.Formula("z", "if(isBlank(x), 0, x)"), prepare.RemoveColumns("x", comment="gone"),
            prepare.Group("g", [prepare.FillEmpty(["a"], "${config}")]), prepare.Step("EmailSplitter", {"column": "m"}),
            prepare.PythonFunction(file("code.py"), "ROW")])
        SyncRecipe("s", inputs=b, outputs=c)
        model = SavedModel.existing("Churn")
        Recipe("score", type="prediction_scoring", inputs={"main": c, "model": model}, outputs=d, payload={"threads": config("threads")})
        """,
        """
        models: [{name: Churn, existing: true}]
        datasets: [{name: A, connection: wh}, {name: B, connection: wh}, {name: C, connection: wh}, {name: D, connection: wh}]
        recipes:
          - name: p
            type: shaker
            inputs: A
            outputs: B
            steps:
              - {type: RenameColumns, names: {2024: y}}
              - {type: formula, column: z, expression: "if(isBlank(x), 0, x)"}
              - {type: remove_columns, columns: x, comment: gone}
              - {type: Group, name: g, steps: [{type: FillEmpty, columns: [a], value: "${config}"}]}
              - {type: EmailSplitter, params: {column: m}}
              - {type: PythonFunction, code_file: code.py, mode: ROW}
          - {name: s, type: sync, inputs: B, outputs: C}
          - {name: score, type: prediction_scoring, inputs: {main: C, model: Churn}, outputs: D, payload: {threads: "${config.threads}"}}
        """,
    ),
    "scenarios": (
        """
        a, f = Dataset("A", connection="wh"), ManagedFolder("f")
        late = Scenario("NIGHTLY", name="Nightly", active=config("nightly", default=False), protect=True, triggers=[
            Daily("02:00", timezone="Europe/Paris"), Weekly(["Monday"], "03:00"), Monthly("04:00", starting_from="2026-01-01"), Hourly(minute=5),
            Minutely(every=10), OnDatasetChange([a, f]), SQLTrigger("wh", "SELECT 1"), PythonTrigger("x = 1"),
            Trigger("temporal", {"frequency": "Daily"}, active=False)],
            steps=[Build([a, f], name="b", job_type="RECURSIVE_BUILD"), Check(a, proceed_on_failure=True), ComputeMetrics(a),
                   ExecutePython(file("code.py"), name="py"), SetProjectVariables({"x": {"y": 1}}), DefineVariables({"v": "1 + 1"}),
                   SendMessage(Mail("a@b.c", subject="${outcome}"), run_if=["FAILED"]), Step("clear_items", {"clears": []}),
                   Step("build_flowitem", {"jobType": "X"})],
            reporters=[Reporter(Slack("x", webhook=Secret.env("HOOK")), when="outcome != 'SUCCESS'"), Reporter(Teams("y", channel="c")),
                       Reporter(Message("webhook-scenario", {"url": "u"}))])
        Scenario("AFTER", triggers=AfterScenario(late), steps=RunScenario(late), depends_on=[a, late])
        Scenario("CODE", code="print(1)", code_env="py311")
        """,
        """
        folders: [{name: f}]
        datasets: [{name: A, connection: wh}]
        scenarios:
          - {id: AFTER, triggers: {type: after_scenario, scenario: NIGHTLY}, steps: {type: run_scenario, scenario: NIGHTLY}, depends_on: [dataset A, NIGHTLY]}
          - {id: CODE, code: print(1), code_env: py311}
          - id: NIGHTLY
            name: Nightly
            active: "${config.nightly:false}"
            protect: true
            triggers:
              - {type: daily, at: "02:00", timezone: Europe/Paris}
              - {type: weekly, days: [Monday], at: "03:00"}
              - {type: monthly, at: "04:00", starting_from: 2026-01-01}
              - {type: hourly, minute: 5}
              - {type: minutely, every: 10}
              - {type: dataset_change, items: [A, f]}
              - {type: sql, connection: wh, sql: SELECT 1}
              - {type: python, code: x = 1}
              - {type: temporal, params: {frequency: Daily}, active: false}
            steps:
              - {type: build, items: [A, f], name: b, job_type: RECURSIVE_BUILD}
              - {type: check, items: A, proceed_on_failure: true}
              - {type: compute_metrics, items: A}
              - {type: execute_python, code_file: code.py, name: py}
              - {type: set_project_variables, variables: {x: {y: 1}}}
              - {type: define_variables, variables: {v: 1 + 1}}
              - {type: send_message, message: {type: mail, to: a@b.c, subject: "${outcome}"}, run_if: [FAILED]}
              - {type: clear_items, params: {clears: []}}
              - {type: build_flowitem, params: {jobType: X}}
            reporters:
              - {message: {type: slack, text: x, webhook: {env: HOOK}}, when: "outcome != 'SUCCESS'"}
              - {message: {type: teams, text: y, channel: c}}
              - {message: {type: webhook-scenario, configuration: {url: u}}}
        """,
    ),
    "library, exports and options": (
        """
        LibraryFile("python/a.py", content=file("code.py"))
        LibraryFile("python/b.py", content="x = '${config.x}'\\n")
        SQLDataset("A", connection="wh", table="t", raw={"flowOptions.virtualizable": True}, ignore_changes=["table"], adopt=False, retain_on_delete=True)
        """,
        """
        library:
          - {path: python/a.py, content_file: code.py}
          - path: python/b.py
            content: |
              x = '${config.x}'
        datasets:
          - {name: A, type: SQL, connection: wh, table: t, raw: {flowOptions.virtualizable: true}, ignore_changes: [table], adopt: false, retain_on_delete: true}
        """,
    ),
}


@pytest.mark.parametrize("case", SAME)
def test_python_and_yaml_declare_the_same(case, write, monkeypatch):
    monkeypatch.setenv("HOOK", "https://hooks.example.com/x")
    write("x = 1\n", "code.py")
    write("a\n1\n", "data.csv")
    python, yaml = (dedent(text) for text in SAME[case])
    one = write((HEAD_PY if case != "project" else "from dssdsl import *\n") + python, "project.py")
    other = write((HEAD_YAML if case != "project" else "") + yaml)

    assert documents(load(other)) == documents(load(one))


def test_json_declares_the_same(write):
    python = write(
        HEAD_PY
        + 'SQLDataset("A", connection=config("warehouse"), table="t", short_desc="🙂 a/b")\n',
        "project.py",
    )
    document = {
        "project": {"key": "SALES"},
        "datasets": [
            {
                "name": "A",
                "type": "SQL",
                "connection": "${config.warehouse}",
                "table": "t",
                "short_desc": "🙂 a/b",
            }
        ],
    }
    tabbed = write(json.dumps(document, indent="\t").replace("a/b", "a\\/b"), "project.json")

    assert documents(load(tabbed)) == documents(load(python))
    assert load(tabbed).resources[1].source == "project.json:6"


def test_the_order_of_sections_does_not_matter(write):
    sections = [
        "recipes: [{name: r, type: sync, inputs: A, outputs: B, zone: Z}]\n",
        "datasets: [{name: A, connection: wh}, {name: B, connection: wh}]\n",
        "zones: [Z]\n",
        "project: {key: SALES}\n",
        'version: "1.0"\n',
    ]

    first = documents(load(write("".join(sections))))
    second = documents(load(write("".join(reversed(sections)))))

    assert list(first) == list(second)
    assert first == second


def test_an_example_in_both_languages_declares_the_same(tmp_path):
    folder = tmp_path / "1"
    shutil.copytree(PROGRAMS / "1_snowflake_elt", folder)
    target = settings.target(settings.load(folder, "dev"))

    yaml, python = (
        frontends.load(folder / name, target)[0] for name in ("project.yaml", "project.py")
    )

    assert documents(yaml) == documents(python)
    assert yaml.exports == python.exports
