"""Writes a program's resources as the YAML that means the same, to prove that YAML can say all of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from dssdsl.frontends.yaml import families
from dssdsl.frontends.yaml.takes import Takes, concrete, takes, takes_any
from dssdsl.lang.model import Model
from dssdsl.lang.resource import Part, Resource
from dssdsl.lang.values import File, Output, Secret
from dssdsl.resources.datasets.base import AnyDataset
from dssdsl.resources.recipes.base import AnyRecipe

ONE = ("project", "variables", "permissions")
"""Sections that are one entry; the others are lists of them."""


def write(resources: Iterable[Resource], path: Path) -> None:
    """Write the program that declares *resources*, of one project, as YAML or JSON."""
    whole = document(resource for resource in resources if not resource.exists)
    with path.open("w", encoding="utf-8") as file:
        if path.suffix == ".json":
            json.dump(whole, file, indent=1)
        else:
            YAML().dump(whole, file)


def document(resources: Iterable[Resource]) -> dict[str, Any]:
    """The program that declares *resources*, of one project."""
    out: dict[str, Any] = {}
    for resource in resources:
        entry = fields(resource)
        if (zone := getattr(resource, "zone", None)) is not None:
            entry["zone"] = zone.identity  # also where it is from the `with` around it
        if resource.section in ONE:
            out[resource.section] = entry
        else:
            typed = kind_of(resource)
            out.setdefault(resource.section, []).append(
                {**typed, **entry}
            )  # what SQLDataset is told of its type counts
    return out


def kind_of(resource: Resource) -> dict[str, str]:
    """What the entry says of its class."""
    family = {"dataset": AnyDataset, "recipe": AnyRecipe}.get(resource.kind)
    if family is not None:
        known = families.Family.of(tuple(concrete(family)))
        if type(resource) is not known.any:
            return {"type": families.shown(type(resource))}
    if resource.kind == "evaluation_store":
        return {"type": "evaluation_store"}
    return {}


def fields(model: Model) -> dict[str, Any]:
    """The fields that are set, by the names that a program writes."""
    cls = type(model)
    names = {name: cls.public_names()[name] for name in (*cls.positional(), *cls.public_names())}
    return {
        name: value(getattr(model, attribute), takes(cls, attribute))
        for name, attribute in names.items()
        if attribute in model.model_fields_set and name != "project"
    }


def value(said: Any, of: Takes) -> Any:
    """A field's value as YAML has it."""
    if isinstance(said, Part):
        entry = fields(said)
        if families.tagged(of.parts):
            known = families.Family.of(tuple(of.parts))
            if type(said) is not known.any:
                entry = {"type": families.shown(type(said)), **entry}
        return entry
    if isinstance(said, Resource):
        return said.identity
    if isinstance(said, Secret):
        return {"env": said.variable}
    if isinstance(said, File):
        return said.text
    if isinstance(said, Output):
        raise TypeError(f"{said!r} has no place in YAML")
    if isinstance(said, Mapping):
        inner = takes_any(of.values)
        return {
            name.identity if isinstance(name, Resource) else name: value(each, inner)
            for name, each in said.items()
        }
    if isinstance(said, (list, tuple)):
        inner = takes_any(of.items) if of.items else of
        return [value(each, inner) for each in said]
    return said
