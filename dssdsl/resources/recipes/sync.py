"""The sync recipe."""

from __future__ import annotations

from typing import Annotated, Literal

from dssdsl.lang.fields import REMOVE, at, resets_to
from dssdsl.lang.model import token

from .base import AnyRecipe
from .visual import ENGINE, Engine


class SyncRecipe(AnyRecipe):
    """Copy a dataset into another."""

    wire = "sync"
    computes_schema = True
    one_input = True

    schema_mode: Annotated[
        Literal["STRICT_SYNC", "FREE_SCHEMA_NAME_BASED"] | str | None,
        token("STRICT_SYNC", "FREE_SCHEMA_NAME_BASED"),
        at("params.schemaMode"),
        resets_to("STRICT_SYNC"),
    ] = None
    """Whether the output has the columns of the input (``STRICT_SYNC``, the default), or columns of its own, which are filled by name (``FREE_SCHEMA_NAME_BASED``)."""

    engine: Annotated[Engine | None, ENGINE, at("params.engineType"), resets_to(REMOVE)] = None
    """The engine that runs it. By default DSS chooses."""
