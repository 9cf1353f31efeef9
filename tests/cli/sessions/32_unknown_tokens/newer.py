from dssdsl import Dataset, Project, Recipe, SQLDataset, Scenario, Step

Project("SALES")
a = SQLDataset("A", connection="warehouse", table="A", columns={"ID": "bigint"})
b, c, d = (Dataset(name, connection="warehouse") for name in "BCD")
Recipe("one", type="quantum", inputs=a, outputs=b)
Recipe("two", type="split", inputs=a, outputs={"main": c, "rejects": d}, payload={"parity": "ODD"})
Recipe("three", type="CustomCode_geo", inputs={"input": a}, outputs={"output": "X"})
Scenario("NIGHTLY", steps=[Step("wait_for_rain")])
