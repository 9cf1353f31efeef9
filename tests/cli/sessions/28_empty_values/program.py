from dssdsl import (
    AfterScenario,
    Build,
    Column,
    Daily,
    Dataset,
    FlowZone,
    Grant,
    Mail,
    ManagedFolder,
    Project,
    ProjectPermissions,
    ProjectVariables,
    PythonRecipe,
    Reporter,
    SQLDataset,
    Scenario,
    Slack,
    prepare,
)

Project("SALES", owner="", tags=["daily", ""])
ProjectPermissions(grants=[Grant(group="")], dashboard_users=["ann", " "])
ProjectVariables(standard={"": 1, "region": ""})
ManagedFolder("")
FlowZone(" ")

orders = SQLDataset("ORDERS", connection="warehouse", table="", columns={"": "bigint"})
customers = SQLDataset("CUSTOMERS", connection="", table="CUSTOMERS", columns=[Column("", "string")])
Dataset("", connection="warehouse")
clean = Dataset("CLEAN", connection="warehouse")

PythonRecipe("clean", inputs=[orders, ""], outputs=clean, code="")
Scenario(
    "NIGHTLY",
    steps=[Build([]), Build(clean, retries=-1, name="")],
    triggers=[
        Daily("02:00", timezone="Europe/Pari"),
        Daily("02:00", timezone="CET+1", every=0),
        Daily("02:00", starting_from="2026-02-30"),
        AfterScenario(""),
    ],
    reporters=[Reporter(Mail([])), Reporter(Mail("ann")), Reporter(Slack("")), Reporter(Mail("a@b.c"), when="")],
)
prepare.ParseDate("DAY", formats=[], timezone="Mars/Olympus")
