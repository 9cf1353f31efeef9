from dssdsl import Dataset, Project, PythonRecipe

Project("SALES")
PythonRecipe("rates", inputs="FINANCE.RATES", outputs=Dataset("RATES", connection="warehouse"), code="x = 1\n")
