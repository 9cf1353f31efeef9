import json

from dssdsl import Project

Project("SALES")
settings = json.loads('{"warehouse": }')
