from dssdsl import Project

Project("SALES")
