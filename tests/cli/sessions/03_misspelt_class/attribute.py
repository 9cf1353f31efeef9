import dssdsl as dss

dss.Project("SALES")
dss.SnowflakeDatset("ORDERS", connection="warehouse", table="orders")
