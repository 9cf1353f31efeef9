from dssdsl import Project

Project("SALES")
  Project("MORE")
