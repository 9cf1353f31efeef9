"""
What DSS does on its own: it normalizes documents, computes schemas, follows references.

Each module is one rule of DSS, as functions of a project or of plain documents. It knows the
instance, projects and their Git, but neither requests nor responses.
"""
