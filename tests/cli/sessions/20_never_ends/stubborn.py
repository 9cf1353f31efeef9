import time

from dssdsl import Project

Project("SALES")
try:
    print("waiting for the warehouse")
    while True:
        time.sleep(0.05)
finally:
    print("tidied up")
