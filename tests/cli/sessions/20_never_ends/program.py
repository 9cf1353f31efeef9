import time

from dssdsl import Project

Project("SALES")
print("waiting for the warehouse")
while True:
    time.sleep(0.05)
