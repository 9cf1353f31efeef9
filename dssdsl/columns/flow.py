"""The columns of all datasets of a Flow."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from attrs import define, field

from .columns import Columns, Gap, Why
from .recipes import Recipe, outputs


@define
class Flow:
    """
    Datasets and recipes, by name.

    Attributes:
        declared: The columns of the datasets whose columns are given.
        writers: The recipe that writes each dataset.
        dimensions: The partition dimensions of the datasets that are files.
    """

    declared: Mapping[str, Columns] = field(factory=dict)
    writers: Mapping[str, Recipe] = field(factory=dict)
    dimensions: Mapping[str, Collection[str]] = field(factory=dict)
    _found: dict[str, Columns] = field(factory=dict, init=False)

    def columns(self, name: str) -> Columns:
        """The columns of a dataset: declared, or inferred from the recipe that writes it."""
        # A loop instead of recursion: a Flow can be longer than Python's stack is deep.
        waiting = [name]
        begun: set[str] = set()
        while waiting:
            current = waiting[-1]
            if current in self._found:
                waiting.pop()
            elif current in self.declared:
                self._found[current] = self.declared[current]
            elif (recipe := self.writers.get(current)) is None:
                self._found[current] = Columns.unknown(Gap(Why.SOURCE, where=current))
            elif missing := self._missing(recipe, begun, current):
                begun.add(current)
                waiting += missing
            elif any(name not in self._found for name in recipe.inputs.get("main", ())):
                self._found[current] = Columns.unknown(Gap(Why.CYCLE, where=current))
            else:
                for output, columns in outputs(
                    recipe, self._found.__getitem__, self.dimensions
                ).items():
                    if output not in self.declared:
                        self._found[output] = columns
        return self._found[name]

    def _missing(self, recipe: Recipe, begun: set[str], current: str) -> list[str]:
        """Inputs whose columns are to be found first; none on the second visit, which ends a cycle."""
        if current in begun:
            return []
        return [name for name in recipe.inputs.get("main", ()) if name not in self._found]
