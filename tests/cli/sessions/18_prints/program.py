import os

from dssdsl import Project

print("making the project")
os.system("echo from a process of its own")
Project("SALES")
