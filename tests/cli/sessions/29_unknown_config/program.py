from dssdsl import ExecutePython, Project, Scenario, config

Project("SALES")
Scenario("NIGHTLY", steps=[ExecutePython("1")], active=config("active", default=False))
