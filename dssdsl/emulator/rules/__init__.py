"""
What DSS does by itself: to documents it is sent, schemas it computes, references it follows.

Each module is one rule of DSS, as functions of a project or of plain documents. It knows the
instance, projects and their Git, but neither requests nor responses.
"""
