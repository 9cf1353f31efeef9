import sys

from dssdsl import Project

Project("SALES")
sys.exit("set COUNTRY first")
