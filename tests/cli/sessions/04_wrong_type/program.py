from dssdsl import Agg, Build, Column, Daily, Dataset, GroupingRecipe, Project, PythonRecipe, Scenario, SQLDataset

Project("SALES", tags={"finance": True})

orders = SQLDataset("ORDERS", connection="warehouse", table=7, columns={"id": "integer", "day": "date", "amount": "float8"})
daily = Dataset("ORDERS_BY_DAY", connection=["warehouse"])
GroupingRecipe("by_day", inputs=orders, outputs=daily, keys="day", aggregations=[Agg("amount", sum=1)])
PythonRecipe("tidy", inputs=orders, outputs=Dataset("TIDY", connection="warehouse"), code=print)
Scenario("NIGHTLY", steps=[daily], triggers=[Daily(2)], active="yes")
SQLDataset("LINES", connection="warehouse", table="lines", columns=[Column("id", "number"), "amount"])
