from dssdsl import Dataset, Project, SQLDataset

Project("SALES")

SQLDataset("orders", connection="warehouse", table="orders")
Dataset("OrdersClean", connection="warehouse")
Dataset("ORDERS BY DAY", connection="warehouse")
Dataset("2024_ORDERS", connection="warehouse")
SQLDataset("customers", connection="warehouse", table="customers", adopt=True)

with Project("LEGACY", naming="any"):
    Dataset("whatever_else", connection="warehouse")
