"""
Applies renames to recorded and live documents, as DSS rewrites them.

What DSS rewrites as it renames a dataset was observed in the commits of real servers: inputs and outputs
of recipes, what their payloads name, items of steps, triggers and zones, and code that opens the
dataset. That it rewrites other texts that are equal to the name is neither observed nor ruled out, so a
plan compares what has such a text after the rename (`may_rewrite`), and a text that differs in nothing
but names is no change of somebody else (`blurred`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from attrs import frozen

from dssdsl.lang.kinds import facts
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Document, Text, leaves

NAMES_DATASET = frozenset(
    {
        "ref",
        "originLabel",
        "copySchemaFromDatasetWithName",
        "rightInput",
        "leftInput",
        "dataset",
        "datasetName",
        "datasetSmartName",
        "inputDatasetSmartName",
        "smartName",
        "$input",  # what the payload of a join or stack means by a position, once it is read
    }
)
"""Keys under which documents name a dataset."""
ITEMS = {"itemId": "type", "objectId": "objectType"}
"""Keys under which items of steps, triggers and zones name an object, with the key of its kind."""
REWRITTEN = ("payload", "script")
"""Keys under which recipes and scenarios have code, in which DSS rewrites the name of a dataset."""
CODE = (
    r"""\bDataset\(\s*(?:name\s*=\s*)?(["']){name}\1""",
    r"""\bget_dataset\(\s*(["']){name}\1""",
    r"""\bdku(?:Read|Write)Dataset\([^()"']*(["']){name}\1""",
    r"""\$\{{tbl:{name}\}}""",
)
"""How code refers to a dataset: in Python, by the API, in R, in SQL."""


@frozen(slots=False)
class Rename:
    """An object that gets another name: by *old*, documents name it until then."""

    project: str
    kind: str
    old: str
    new: str

    @property
    def by_name(self) -> bool:
        """Whether others refer to it by its name, rather than by an id that stays."""
        return facts(self.kind).referred_by_name

    def apply(self, document: Any, key: str = "", beside: Mapping[str, Any] | None = None) -> Any:
        """
        Copy *document* as DSS rewrites it.

        Args:
            document: A document, or a part of one.
            key: The key under which it stands.
            beside: What it stands in.
        """
        if isinstance(document, Mapping):
            return {name: self.apply(value, name, document) for name, value in document.items()}
        if isinstance(document, list):
            return [self.apply(value, key, beside) for value in document]
        if not isinstance(document, str) or self.old not in document:
            return document
        if self._named(document, key, beside or {}):
            return document.removesuffix(self.old) + self.new
        if self.kind == "dataset" and key in REWRITTEN:
            return self.in_code(document)
        return document

    def _named(self, text: str, key: str, beside: Mapping[str, Any]) -> bool:
        """Whether a text names the object."""
        if text not in (self.old, f"{self.project}.{self.old}"):
            return False
        if key in ITEMS:
            type = facts(self.kind).object_type
            same = beside.get("projectKey", self.project) == self.project
            return bool(same and beside.get(ITEMS[key], type) == type)
        return self.kind == "dataset" and key in NAMES_DATASET

    def in_code(self, text: str) -> str:
        """Code with the new name wherever it refers to the object."""
        for pattern in self._code:
            text = pattern.sub(lambda m: m[0].replace(self.old, self.new), text)
        return text

    @cached_property
    def _code(self) -> tuple[re.Pattern[str], ...]:
        name = rf"(?:{re.escape(self.project)}\.)?{re.escape(self.old)}"
        return tuple(re.compile(pattern.format(name=name)) for pattern in CODE)

    @cached_property
    def _quoted(self) -> re.Pattern[str]:
        return re.compile(rf"([\"'])(?:{re.escape(self.project)}\.)?{re.escape(self.old)}\1")

    def may_rewrite(self, document: Any, key: str = "") -> bool:
        """Whether code in *document* still has the old name as a text: nobody knows whether DSS rewrites that."""
        if isinstance(document, Mapping):
            return any(self.may_rewrite(value, name) for name, value in document.items())
        if isinstance(document, list):
            return any(self.may_rewrite(value, key) for value in document)
        if not isinstance(document, str) or not (
            key in REWRITTEN or "\n" in document or key == "content"
        ):
            return False
        return self._quoted.search(document) is not None or self.in_code(document) != document

    def apply_to_pointers(self, normalized: Mapping[str, Any]) -> dict[str, Any]:
        """Copy *normalized* with items that the name identifies under their new name."""
        old = re.compile(rf"\[(?:(\w+):)?{re.escape(self.old)}\]")
        return {
            old.sub(lambda m: f"[{m[1] + ':' if m[1] else ''}{self.new}]", p): self.apply(v, "ref")
            for p, v in normalized.items()
        }

    def left_in(self, resource: Resource) -> Iterator[tuple[str, bool]]:
        """Yield where the program's code has the old name, and whether it refers to the object by it."""
        for leaf in leaves(resource.wanted()):
            if isinstance(leaf, Text) and self.kind == "dataset":
                for number, line in enumerate(leaf.text.splitlines(), 1):
                    refers = self.in_code(line) != line
                    if refers or self._quoted.search(line):
                        yield f"{leaf.source}:{number}" if leaf.source else resource.source, refers


def as_renamed(document: Document | None, renames: Iterable[Rename]) -> Document | None:
    """Copy *document* as it will be once all *renames* are done, in order."""
    for rename in renames:
        if document is not None and rename.by_name:
            document = rename.apply(document)
    return document


def blurred(document: Any, renames: Iterable[Rename]) -> Any:
    """Copy *document* so that the old and the new names of *renames* are no difference."""
    names = {name for rename in renames if rename.by_name for name in (rename.old, rename.new)}
    if not names:
        return document
    words = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(names)))})(?!\w)")

    def blur(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: blur(each) for name, each in value.items()}
        if isinstance(value, list):
            return [blur(each) for each in value]
        return words.sub("?", value) if isinstance(value, str) else value

    return blur(document)
