from dssdsl import Dataset, Project, PythonRecipe, SQLDataset, SQLQueryRecipe, file

Project("SALES")

orders = SQLDataset("ORDERS", connection="warehouse", table="orders")
one, two, three, four = (Dataset(f"OUT_{n}", connection="warehouse") for n in (1, 2, 3, 4))
PythonRecipe("neither", inputs=orders, outputs=one)
PythonRecipe("path", inputs=orders, outputs=two, code="both.py")
PythonRecipe("file", inputs=orders, outputs=three, code_file="both.py")
PythonRecipe("both", inputs=orders, outputs=four, code="x = 1\n", code_file=file("both.py"))
SQLQueryRecipe("empty", inputs=orders, outputs=Dataset("OUT_5", connection="warehouse"), code="")
