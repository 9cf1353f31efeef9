import sys

from dssdsl import Dataset, Project

Project("SALES")
sys.exit()
Dataset("ORDERS", connection="warehouse")
