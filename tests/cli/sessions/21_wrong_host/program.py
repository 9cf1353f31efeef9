from dssdsl import Dataset, Project

Project("SALES")
Dataset("ORDERS", connection="warehouse")
