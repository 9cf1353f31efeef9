from dssdsl import Project

Project("")
