"""The resource types: one file or package per DSS family, the provider of each kind with its classes."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

HOMES = {
    "project": ("projects",),
    "variables": ("project_variables",),
    "permissions": ("permissions",),
    "zone": ("zones",),
    "dataset": ("datasets.provider", "datasets.managed", "datasets.sql", "datasets.files"),
    "managed_folder": ("managed_folders",),
    "saved_model": ("models",),
    "evaluation_store": ("models",),
    "library_file": ("library",),
    "scenario": ("scenarios.provider", "scenarios.scenario"),
    "recipe": ("recipes.provider", "recipes.generic"),
}
"""The modules that reading and writing a kind needs; a new kind adds its module here."""
FURTHER = (
    "recipes.code",
    "recipes.prepare",
    "recipes.grouping",
    "recipes.join",
    "recipes.stack",
    "recipes.sync",
    "recipes.window",
)
"""Modules of further classes: a program imports those that it uses. A new recipe adds its module here."""


def load(kinds: Iterable[str]) -> None:
    """Import the providers of *kinds*: a program with three kinds needs no more."""
    _import(name for kind in kinds for name in HOMES.get(kind, ()))


def load_all() -> None:
    """Import every type."""
    load(HOMES)
    _import(FURTHER)


def _import(names: Iterable[str]) -> None:
    for name in names:
        import_module(f"{__name__}.{name}")
