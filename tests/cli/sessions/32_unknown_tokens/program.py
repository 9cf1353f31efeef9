from dssdsl import (
    Dataset,
    Message,
    Project,
    PythonRecipe,
    Recipe,
    Reporter,
    SQLDataset,
    Scenario,
    Step,
    Trigger,
)

Project("SALES")
a = SQLDataset("A", connection="warehouse", table="A", columns={"ID": "bigint"})
b, c, d, e, f = (Dataset(name, connection="warehouse") for name in "BCDEF")
Recipe("split_a", type="spilt", inputs=a, outputs=b)
Recipe("score", type="prediction_scoring", inputs={"main": a, "modle": "m"}, outputs=c)
Recipe("parts", type="split", inputs=a, outputs=d, payload={"mode": "FILTERS", "filterSplit": []})
Recipe("tidy", type="prepare", inputs=a, outputs=e)
PythonRecipe("clean", inputs={"mian": a}, outputs=f, code="x = 1")
Scenario(
    "NIGHTLY",
    steps=[Step("clear_item")],
    triggers=Trigger("tempral"),
    reporters=Reporter(Message("mail-scenaro", {})),
)
Dataset("G", type="Postgresql", connection="warehouse")
