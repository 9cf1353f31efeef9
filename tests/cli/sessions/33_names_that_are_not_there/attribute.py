import dssdsl as dss

dss.Project("SALES")
dss.Dashboard("Sales")
