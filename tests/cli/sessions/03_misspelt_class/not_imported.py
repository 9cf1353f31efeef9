from dssdsl import Project

Project("SALES")
orders = SQLDataset("ORDERS", connection="warehouse", table="orders")
