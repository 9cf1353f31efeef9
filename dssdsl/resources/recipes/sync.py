"""The sync recipe."""

from __future__ import annotations

from .base import AnyRecipe


class SyncRecipe(AnyRecipe):
    """Copy a dataset into another."""

    wire = "sync"
    computes_schema = True
    one_input = True
