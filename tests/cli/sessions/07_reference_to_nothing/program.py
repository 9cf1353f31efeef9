from dssdsl import Build, Dataset, Project, PythonRecipe, SavedModel, Scenario, SQLDataset

Project("SALES")

orders = SQLDataset("ORDERS", connection="warehouse", table="orders")
clean = Dataset("ORDERS_CLEAN", connection="warehouse")
PythonRecipe("clean", inputs="ORDRES", outputs=clean, code="x = 1\n")
PythonRecipe("rates", inputs="FINANCE.RATES", outputs=Dataset("RATES", connection="warehouse"), code="x = 1\n")
PythonRecipe(
    "score",
    inputs=[clean, SavedModel.existing("Churn")],
    outputs=Dataset("SCORED", connection="warehouse"),
    code="x = 1\n",
)
Scenario("NIGHTLY", steps=[Build("WEATHER")])
