"""The Flow of a project: the inputs and outputs of its recipes."""

from __future__ import annotations

from collections.abc import Iterable

from dssdsl.emulator.documents import Document


def refs(recipe: Document, side: str) -> list[str]:
    """Return the inputs or outputs of a recipe, role by role."""
    roles: Iterable[Document] = (recipe.get(side) or {}).values()
    return [item["ref"] for role in roles for item in (role or {}).get("items") or [] if item]


class Flow:
    """The inputs and outputs of each recipe, and the producer of each output."""

    def __init__(self, recipes: Iterable[tuple[str, Document]]) -> None:
        self.recipes: dict[str, tuple[list[str], list[str]]] = {}
        self.producers: dict[str, str] = {}
        for name, document in recipes:
            self.put(name, document)

    def put(self, name: str, document: Document) -> None:
        """Add or update a recipe."""
        self.remove(name)
        reads, writes = refs(document, "inputs"), refs(document, "outputs")
        self.recipes[name] = reads, writes
        for ref in writes:
            self.producers[ref] = name

    def remove(self, name: str) -> None:
        """Remove a recipe."""
        for ref in self.recipes.pop(name, ([], []))[1]:
            if self.producers.get(ref) == name:
                del self.producers[ref]
