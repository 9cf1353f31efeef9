"""The sync recipe."""

from __future__ import annotations

from typing import ClassVar

from .base import AnyRecipe


class SyncRecipe(AnyRecipe):
    """A dataset copied into another, as it is."""

    wire = "sync"
    computes_schema: ClassVar[bool] = True
    one_input = True
