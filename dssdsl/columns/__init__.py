"""Infers the columns of datasets through a Flow, from DSS's documents. Needs no DSS."""
