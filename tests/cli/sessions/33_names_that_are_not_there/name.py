from dssdsl import *

Project("SALES")
Dashboard("Sales")
