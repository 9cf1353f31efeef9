from dssdsl import Dataset, Join, JoinRecipe, ManagedFolder, Project, SQLDataset

Project("SALES", descripton="Orders and what becomes of them")

orders = SQLDataset("ORDERS", connection="warehouse", tabel="orders")
people = SQLDataset("CUSTOMERS", connection="warehouse", database="CRM", table="customers")
both = Dataset("ORDERS_NAMED", conection="warehouse")
JoinRecipe(
    "with_names",
    inputs=[orders, people],
    outputs=both,
    joins=[Join("customer_id", how="LEFT")],
    engin="SQL",
)
ManagedFolder("reports", bucket="sales-reports")
