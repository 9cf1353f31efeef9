from dssdsl import Dataset, Project

Project("SALES-2024", name="Sales")
Project("Sales analytics")
Project(2024)
Dataset("ORDERS", connection="warehouse")
