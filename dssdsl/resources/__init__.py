"""The resource types: one file per DSS family, each class with its provider under it."""
