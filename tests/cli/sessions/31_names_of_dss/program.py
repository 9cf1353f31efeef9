from dssdsl import (
    AfterScenario,
    ExecutePython,
    Grant,
    Mail,
    Project,
    ProjectPermissions,
    RunScenario,
    Scenario,
    SendMessage,
)

Project("SALES", owner="ann1", container="kubernetes")
ProjectPermissions(
    grants=[Grant(group="readrs", admin=True), Grant(group="planets"), Grant(user="zoe")],
    dashboard_users=["ann", "annn"],
)
Scenario("NIGHTLY", steps=[ExecutePython("1"), RunScenario("REPROT")])
Scenario("REPORT", triggers=AfterScenario("NIGTHLY"), steps=[ExecutePython("1")], run_as="anna")
Scenario("OTHERS", steps=[RunScenario("FINANCE.CLOSE"), SendMessage(Mail("a@b.c", channel="smtp"))])
