from dssdsl import Dataset, Project

print("making the project")
Project("SALES")
Dataset("ORDERS", conection="warehouse")
