from dssdsl import Dataset, Project, SQLDataset

Project("SALES")

SQLDataset("orders", connection="warehouse", table="orders")
Dataset("ORDERS BY DAY", connection="warehouse")
for country in ("fr", "de", "it"):
    Dataset(f"orders_{country}", connection="warehouse")
SQLDataset("customers", connection="warehouse", table="customers", adopt=True)

with Project("LEGACY", naming="any"):
    Dataset("whatever_else", connection="warehouse")

with Project("STRICT", naming="upper"):
    Dataset("OrdersClean", connection="warehouse")
    Dataset("2024_ORDERS", connection="warehouse")
    for country in ("fr", "de", "it"):
        Dataset(f"orders_{country}", connection="warehouse")
