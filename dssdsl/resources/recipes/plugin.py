"""Recipes of plugins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from dssdsl.lang.fields import REMOVE, at, checked_as, create_only, form, resets_to
from dssdsl.lang.resource import encode
from dssdsl.lang.values import Document, Initial
from dssdsl.resources.environments import container
from dssdsl.resources.recipes.base import AnyRecipe

PREFIX = "CustomCode_"
"""The beginning of DSS's types of the recipes of plugins."""


class PluginRecipe(AnyRecipe):
    """
    A recipe of a plugin.

    The plugin defines its roles, settings and what it does to columns: DSS cannot compute the columns of its outputs.
    """

    read_with_kind = True
    hints: ClassVar[Mapping[str, str]] = {
        "type": 'the plugin names it: recipe="timeseries-preparation-windowing"',
        "plugin": 'the plugin names it: recipe="timeseries-preparation-windowing"',
        "params": 'did you mean "config"?',
        "settings": 'did you mean "config"?',
    }
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        **AnyRecipe.places,
        "params.containerSelection.containerMode": (resets_to("INHERIT"),),
        "params.containerSelection.containerConf": (resets_to(REMOVE),),
    }

    recipe: Annotated[
        str, at("type"), create_only, form("the id of the recipe, as its plugin has it")
    ]
    """The id of the recipe in its plugin, such as ``timeseries-preparation-windowing``."""

    config: Annotated[
        Mapping[str, Any], at("params.customConfig"), form("the plugin's settings")
    ] = {}
    """The plugin's settings. Those that the program does not set stay as they are; credentials are ``Secret.env("…")``."""

    container: Annotated[
        str | None,
        at("params.containerSelection.containerMode", "params.containerSelection.containerConf"),
        checked_as("container"),
    ] = None
    """The container configuration: a name, ``INHERIT`` or ``NONE``."""

    @property
    def of_type(self) -> str:
        return PREFIX + str(self.recipe)

    def document(self) -> Document:
        out = super().document()
        out["type"] = self.of_type
        # Builds fail in a recipe without it.
        selection = (
            container(self.container) if self.container else Initial({"containerMode": "INHERIT"})
        )
        config = encode(dict(self.config or {}), self)
        out["params"] = {"customConfig": config, "containerSelection": selection}
        return out
