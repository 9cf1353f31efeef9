"""The sync recipe."""

from __future__ import annotations

from .base import AnyRecipe


class SyncRecipe(AnyRecipe):
    """A dataset copied into another, as it is."""

    wire = "sync"
    computes_schema = True
    one_input = True
