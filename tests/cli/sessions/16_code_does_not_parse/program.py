from dssdsl import Dataset, LibraryFile, Project, PythonRecipe, Scenario, SQLDataset, file

Project("SALES")

orders = SQLDataset("ORDERS", connection="warehouse", table="orders")
PythonRecipe("clean", inputs=orders, outputs=Dataset("CLEAN", connection="warehouse"), code=file("recipes/clean.py"))
PythonRecipe("inline", inputs=orders, outputs=Dataset("INLINE", connection="warehouse"), code="import os\nx = = 1\n")
LibraryFile("python/rates.py", content=file("recipes/rates.py"))
Scenario("NIGHTLY", code="print 'done'\n")
