from dssdsl import Agg, Build, Daily, Dataset, GroupingRecipe, Project, PythonRecipe, Scenario, SQLDataset

Project("SALES")

orders = SQLDataset("ORDERS", table="orders")
SQLDataset("LINES", connection="warehouse")
clean = Dataset("ORDERS_CLEAN")
Dataset(connection="warehouse")
PythonRecipe("clean", inputs=orders, code="x = 1\n")
PythonRecipe("tidy", inputs=orders, outputs=clean)
GroupingRecipe("by_day", inputs=orders, outputs=Dataset("BY_DAY", connection="warehouse"))
Scenario("NIGHTLY", steps=[Build()], triggers=[Daily()])
