"""The columns of all datasets of a Flow."""

from __future__ import annotations

from collections.abc import Callable, Collection

from attrs import define, field

from .columns import Columns, Gap, Why
from .recipes import Recipe, outputs


@define
class Flow:
    """
    Datasets and recipes, by name. Everything is looked up once, and only when it is needed.

    Attributes:
        declared: Returns the columns of a dataset, if they are given.
        writer: Returns the recipe that writes a dataset, if one does.
        dimensions: Returns the partition dimensions of a dataset that is files.
    """

    declared: Callable[[str], Columns | None]
    writer: Callable[[str], Recipe | None]
    dimensions: Callable[[str], Collection[str]] = lambda _: ()
    _found: dict[str, Columns] = field(factory=dict, init=False)

    def columns(self, name: str) -> Columns:
        """The columns of a dataset: declared, or inferred from the recipe that writes it."""
        # A loop instead of recursion: a Flow can be longer than Python's stack is deep.
        waiting, begun = [name], set[str]()
        while waiting:
            current = waiting[-1]
            if current in self._found:
                waiting.pop()
            elif (columns := self.declared(current)) is not None:
                self._found[current] = columns
            elif (recipe := self.writer(current)) is None:
                self._found[current] = Columns.unknown(Gap(Why.SOURCE, where=current))
            elif (first := self._unknown_inputs(recipe)) and current not in begun:
                begun.add(current)
                waiting += first
            elif first:
                self._found[current] = Columns.unknown(Gap(Why.CYCLE, where=current))
            else:
                self._infer(recipe)
        return self._found[name]

    def _unknown_inputs(self, recipe: Recipe) -> list[str]:
        return [name for name in recipe.inputs.get("main", ()) if name not in self._found]

    def _infer(self, recipe: Recipe) -> None:
        names = [name for several in recipe.outputs.values() for name in several]
        dimensions = {name: self.dimensions(name) for name in names}
        for output, columns in outputs(recipe, self._found.__getitem__, dimensions).items():
            if self.declared(output) is None:
                self._found.setdefault(output, columns)
