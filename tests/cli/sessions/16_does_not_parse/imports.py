from dssdsl import Project

Project("SALES")
from parts import daily
