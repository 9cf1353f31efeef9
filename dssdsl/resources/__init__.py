"""The resource types: one file per DSS family, each class with its provider under it."""

from __future__ import annotations

MODULES = (
    "projects", "project_variables", "permissions", "zones", "datasets", "managed_folders", "models", "library", "scenarios",
    "recipes.base", "recipes.code", "recipes.visual",
)  # fmt: skip
"""Where the types are; a new one adds its file here."""


def load_all() -> None:
    """Import every type, so that all kinds have their provider."""
    from importlib import import_module

    for name in MODULES:
        import_module(f"{__name__}.{name}")
