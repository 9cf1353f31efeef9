from parts import by_day

from dssdsl import (
    Agg, Build, Daily, Dataset, GroupingRecipe, Join, JoinRecipe, Project, PythonRecipe, Scenario, SQLDataset, config, file
)

Project("SALES", nmae="Sales")

orders = SQLDataset("ORDERS", connection="warehouse", table="orders", columns={"id": "bigint", "day": "date", "amount": "double"})
people = SQLDataset("customers", connection="warehouse", table="customers")
clean = Dataset("ORDERS_CLEAN", connection=config("storage"))
Dataset("ORDERS", connection="warehouse")
PythonRecipe("clean", inputs=orders, outputs=clean, code=file("recipes/clean.py"))
PythonRecipe("clean_again", inputs=orders, outputs=clean, code="x = = 1\n")
JoinRecipe("with_names", inputs=[clean, people], outputs=Dataset("NAMED", connection="warehouse"), joins=[Join("id", type="left")])
by_day(orders)
Scenario("NIGHTLY", steps=[Build(clean)], triggers=[Daily("2am")])
Scenario("Weekly report", steps=[Build(clean)])
PythonRecipe("loop", inputs=clean, outputs=Dataset("BACK", connection="warehouse"))
1 / 0
