from dssdsl import Dataset, Project, PythonRecipe, SQLDataset, SyncRecipe

Project("SALES")

orders = SQLDataset("ORDERS", connection="warehouse", table="orders")
old = SQLDataset("ORDERS_OLD", connection="warehouse", table="orders_2019")
everything = Dataset("ALL_ORDERS", connection="warehouse")
SyncRecipe("copy_orders", inputs=orders, outputs=everything)
SyncRecipe("copy_old", inputs=old, outputs=everything)
PythonRecipe("clean", inputs=orders, outputs="ALL_ORDERS", code="x = 1\n")
