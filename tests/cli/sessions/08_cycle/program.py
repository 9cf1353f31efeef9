from dssdsl import Dataset, Project, PythonRecipe

Project("SALES")

raw = Dataset("RAW", connection="warehouse")
clean = Dataset("CLEAN", connection="warehouse")
report = Dataset("REPORT", connection="warehouse")
PythonRecipe("clean", inputs=raw, outputs=clean, code="x = 1\n")
PythonRecipe("report", inputs=clean, outputs=report, code="x = 1\n")
PythonRecipe("feedback", inputs=report, outputs=raw, code="x = 1\n")
