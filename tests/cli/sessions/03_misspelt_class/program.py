from dssdsl import Dataset, Project, PythonRecepe

Project("SALES")
