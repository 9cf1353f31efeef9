from dssdsl import Dataset, ManagedFolder, Project, SQLDataset

Project("SALES")

SQLDataset("ORDERS", connection="warehose", table="orders")
SQLDataset("LINES", connection="warehose", table="lines")
Dataset("RATES", connection="redshift_eu")
ManagedFolder("reports", connection="lake")
