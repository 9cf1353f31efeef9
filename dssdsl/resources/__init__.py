"""The resource types: one file per DSS family, each class with its provider under it."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

HOMES = {
    "project": ("projects",),
    "variables": ("project_variables",),
    "permissions": ("permissions",),
    "zone": ("zones",),
    "dataset": ("datasets",),
    "managed_folder": ("managed_folders",),
    "saved_model": ("models",),
    "evaluation_store": ("models",),
    "library_file": ("library",),
    "scenario": ("scenarios",),
    "recipe": ("recipes.base", "recipes.code", "recipes.prepare", "recipes.visual"),
}
"""Where the types of each kind are, its provider in the first; a new one adds its file here."""


def load(kinds: Iterable[str]) -> None:
    """Import what providers of *kinds* there are: a program that has three kinds needs no more."""
    for kind in kinds:
        for name in HOMES.get(kind, ())[:1]:
            import_module(f"{__name__}.{name}")


def load_all() -> None:
    """Import every type."""
    for names in HOMES.values():
        for name in names:
            import_module(f"{__name__}.{name}")
