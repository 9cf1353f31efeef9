from parts import make

from dssdsl import Dataset, Project

Project("SALES")
Dataset("ORDERS", conection="warehouse")
make({"FR": "orders_fr"}, ["FR", "DE"])
Dataset("NEVER", connection="warehouse")
