import sys

from dssdsl import Dataset, Project

Project("SALES")
if not Dataset("ORDERS", connection="warehouse").columns:
    sys.exit(3)
