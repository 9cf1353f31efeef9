from dssdsl import ExecutePython, Grant, Mail, Project, ProjectPermissions, Scenario, SendMessage

Project("SALES", status="Sandbox", container="kubernetes")
ProjectPermissions(grants=[Grant(group="planets"), Grant(user="zoe")], dashboard_users=["ann"])
Scenario("NIGHTLY", steps=[ExecutePython("1"), SendMessage(Mail("a@b.c", channel="smtp"))])
