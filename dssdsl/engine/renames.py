"""Applies renames to recorded and live documents, as DSS rewrites them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from dssdsl.errors import Refused
from dssdsl.lang.kinds import facts
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Document, Text, leaves

REFERENCES = frozenset(
    {
        "ref",
        "itemId",
        "objectId",
        "originLabel",
        "copySchemaFromDatasetWithName",
        "rightInput",
        "datasetName",
        "datasetSmartName",
        "smartName",
    }
)
"""Keys under which DSS's documents name other objects, as observed on real servers."""


@frozen
class Rename:
    """A resource that has an older name in the state and in DSS."""

    project: str
    kind: str
    old: str
    new: str

    @property
    def by_name(self) -> bool:
        """Whether others refer to it by its name, rather than by an id that stays."""
        return facts(self.kind).referred_by_name

    def apply(self, document: Any, key: str = "") -> Any:
        """Copy *document* as DSS rewrites it."""
        if isinstance(document, Mapping):
            return {name: self.apply(value, name) for name, value in document.items()}
        if isinstance(document, list):
            return [self.apply(value, key) for value in document]
        if not isinstance(document, str):
            return document
        if key in REFERENCES and document == self.old:
            return self.new
        return (
            self.quoted.sub(rf"\g<1>{self.new}\g<1>", document)
            if "\n" in document or key in ("payload", "script")
            else document
        )

    def apply_to_pointers(self, normalized: Mapping[str, Any]) -> dict[str, Any]:
        """Copy *normalized* with items that the name identifies under their new name."""
        old = re.compile(rf"\[(?:(\w+):)?{re.escape(self.old)}\]")
        return {
            old.sub(lambda m: f"[{m[1] + ':' if m[1] else ''}{self.new}]", p): self.apply(v, "ref")
            for p, v in normalized.items()
        }

    @property
    def quoted(self) -> re.Pattern[str]:
        """The old name as code writes it: between quotes."""
        return re.compile(rf"([\"']){re.escape(self.old)}\1")

    def left_in(self, resource: Resource) -> Iterator[Refused]:
        """Yield where the program's code still uses the old name: DSS rewrites its own copy only."""
        for leaf in leaves(resource.wanted()):
            if isinstance(leaf, Text) and self.by_name:
                for number, line in enumerate(leaf.text.splitlines(), 1):
                    if self.quoted.search(line):
                        where = f"{leaf.source}:{number}" if leaf.source else resource.source
                        yield Refused(
                            f'{resource.label}: its code names "{self.old}", which is renamed to "{self.new}"',
                            at=where,
                            fix=f'write "{self.new}"',
                        )


def as_renamed(document: Document | None, renames: tuple[Rename, ...]) -> Document | None:
    """Copy *document* as it will be once all *renames* are done."""
    for rename in renames:
        if document is not None and rename.by_name:
            document = rename.apply(document)
    return document
