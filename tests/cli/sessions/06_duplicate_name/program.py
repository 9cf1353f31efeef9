from parts import daily

from dssdsl import Dataset, FlowZone, Project, PythonRecipe, SQLDataset

Project("SALES")

orders = SQLDataset("ORDERS", connection="warehouse", table="orders")
Dataset("ORDERS", connection="warehouse")

for country in ("FR", "DE"):
    daily(orders, "BY_DAY")

PythonRecipe("by_day", inputs=orders, outputs=Dataset("OTHER", connection="warehouse"), code="x = 1\n")
FlowZone("Raw")
FlowZone("Raw")
