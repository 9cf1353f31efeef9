"""The resource types: one file or package per DSS family, the provider of each kind with its classes."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from dssdsl.public import HOME, KINDS


def load(kinds: Iterable[str]) -> None:
    """Import the providers of *kinds*: a program with three kinds needs no more."""
    _import(name for kind in kinds for name in KINDS.get(kind, ()))


def load_all() -> None:
    """Import every type."""
    load(KINDS)
    _import(module for module in HOME.values() if module.startswith("resources."))


def _import(names: Iterable[str]) -> None:
    for name in names:
        import_module(f"dssdsl.{name}")
