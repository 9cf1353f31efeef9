from dssdsl import Dataset, Project, SQLDataset

Project("SALES", permissions=[])
SQLDataset("ORDERS", connection="warehouse", table="ORDERS", rules=["not null"])
Dataset("CLEAN", connection="warehouse", metrics=[], lifecycle={"prevent_destroy": True})
