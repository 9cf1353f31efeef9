from dssdsl import (
    Dataset,
    ExecutePython,
    LibraryFile,
    PrepareRecipe,
    Project,
    PythonRecipe,
    SQLDataset,
    Scenario,
    prepare,
)

Project("SALES", adopt=True)
orders = SQLDataset("ORDERS", connection="warehouse", table="ORDERS", columns={"ID": "bigint"})
clean = Dataset("CLEAN", connection="warehouse")
tidy = Dataset("TIDY", connection="warehouse")
PythonRecipe("clean", inputs=orders, outputs=clean, code="print 'Python 2'")
PrepareRecipe(
    "tidy", inputs=orders, outputs=tidy, steps=[prepare.PythonFunction("print 2", column="ID")]
)
LibraryFile("python/old.py", content="print 'Python 2'")
Scenario("SCRIPT", code="print 'Python 2'")
Scenario("STEPS", steps=[ExecutePython("print 'Python 2'")])
