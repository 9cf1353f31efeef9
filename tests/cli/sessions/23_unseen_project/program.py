from dssdsl import Dataset, Project

Project("FINANCE")
Dataset("ORDERS", connection="warehouse")
