"""Turns references into the names and ids that DSS writes for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import define, field

from .graph import owner_of, target_of
from .keys import Key
from .kinds import flow_items
from .program import Program
from .resource import Resource
from .values import Initial, Output, Ref, Unknown


@define
class Resolver:
    """
    Turns references into what DSS writes for them.

    Attributes:
        program: Whose references they are.
        ids: The ids that are known, by key.
        found: The ids of existing objects that the program only refers to: (kind, project, name).
    """

    program: Program
    ids: Mapping[Key, str] = field(factory=dict)
    found: Mapping[tuple[str, str, str], str] = field(factory=dict)

    def resolve(self, document: Any) -> Any:
        """Copy *document* with every reference resolved; what is not known yet is Unknown."""
        if type(document) is dict:
            return {name: self.resolve(value) for name, value in document.items()}
        if type(document) is list:
            return [self.resolve(value) for value in document]
        if type(document) is Initial:
            return Initial(self.resolve(document.value))
        if type(document) is Output:
            return self.id_of(document.resource)
        return self.name(document) if type(document) is Ref else document

    def name(self, ref: Ref) -> Any:
        """What DSS writes for *ref*."""
        target = target_of(ref, self.program)
        mine = owner_of(ref.owner)
        if target is None:
            prefix, _, local = str(ref.target).rpartition(".")
            declared = self.program.find_project(prefix) if prefix else None
            prefix = declared.identity if declared else prefix
            for kind in (*flow_items(), ""):
                if not local:
                    break
                if (kind, prefix or mine, local) in self.found:
                    local = self.found[kind, prefix or mine, local]
                    break
        else:
            prefix = owner_of(target) if owner_of(target) != mine else ""
            local = self.id_of(target)
        if not prefix or not ref.smart:
            return local
        return f"{prefix}.{local}"

    def id_of(self, target: Resource) -> Any:
        """The id of a resource, or Unknown."""
        if not target.id_is_made_up:
            return target.identity
        if target.exists:
            known = self.found.get((target.kind, owner_of(target), target.identity))
        else:
            known = self.ids.get(target.key)
        return known or Unknown(f"id of {target.label}")
