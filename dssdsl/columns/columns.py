"""Columns of a dataset, as far as they are known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

from attrs import evolve, frozen


@frozen
class Column:
    """
    A column.

    Attributes:
        name: Its name.
        type: DSS's storage type; None if it depends on the data.
    """

    name: str
    type: str | None = None


class Why(StrEnum):
    """Why columns are unknown."""

    SOURCE = "source"
    """A source without declared columns: DSS detects them."""
    CODE = "code"
    """Code decides what a recipe or step writes."""
    DATA = "data"
    """DSS makes a column for each value that it finds in the data."""
    MODEL = "model"
    """A model decides what a recipe writes."""
    TYPE = "type"
    """A type of recipe or step whose columns are not modelled here."""
    SETTINGS = "settings"
    """DSS has settings of a recipe that the program does not set."""
    CYCLE = "cycle"
    """A dataset is computed from itself."""


@frozen
class Gap:
    """
    Something that keeps columns unknown.

    Attributes:
        why: The reason.
        what: DSS's type of the recipe or step, if the reason is one.
        where: The dataset or recipe that it was found at.
    """

    why: Why
    what: str = ""
    where: str = ""


@frozen
class Columns:
    """
    The columns of a dataset, in order.

    Attributes:
        listed: Those that are known.
        gaps: Why there may be more, and elsewhere; empty if these are all.
        ordered: Whether the order is known.
    """

    listed: tuple[Column, ...] = ()
    gaps: frozenset[Gap] = frozenset()
    ordered: bool = True

    @classmethod
    def of(cls, columns: Iterable[Any]) -> Self:
        """All columns of a dataset: as DSS's documents of them, or as names."""
        return cls(
            tuple(
                Column(each) if isinstance(each, str) else Column(each["name"], each.get("type"))
                for each in columns
            )
        )

    @classmethod
    def unknown(cls, gap: Gap) -> Self:
        """No column is known."""
        return cls(gaps=frozenset([gap]), ordered=False)

    @property
    def complete(self) -> bool:
        """Whether all columns are known."""
        return not self.gaps

    @property
    def exact(self) -> bool:
        """Whether all columns and their order are known."""
        return self.complete and self.ordered

    @property
    def names(self) -> list[str]:
        """The names of the known columns, in order."""
        return [each.name for each in self.listed]

    @cached_property
    def places(self) -> dict[str, int]:
        """The position of each known column."""
        return {each.name: at for at, each in enumerate(self.listed)}

    def __contains__(self, name: object) -> bool:
        return name in self.places

    def type_of(self, name: str) -> str | None:
        """The type of a column; None if it is unknown."""
        at = self.places.get(name)
        return None if at is None else self.listed[at].type

    def shuffled(self) -> Self:
        """The same, in an unknown order."""
        return evolve(self, ordered=False)

    def with_gap(self, gap: Gap) -> Self:
        """The same, and columns that are unknown."""
        return evolve(self, gaps=self.gaps | {gap}, ordered=False)

    def add(self, name: str, kind: str | None = None, after: Iterable[str] = ()) -> Self:
        """
        Add a column, or set the type of the one that has its name.

        Args:
            name: The column.
            kind: Its type.
            after: Columns; it goes to the right of the rightmost one. By default, and if there
                are none of these, it is the last column.
        """
        if name in self:
            return self.retyped([name], kind)
        places = [self.places[one] for one in after if one in self]
        at = max(places) + 1 if places else len(self.listed)
        listed = (*self.listed[:at], Column(name, kind), *self.listed[at:])
        return evolve(self, listed=listed)

    def add_all(self, columns: Iterable[tuple[str, str | None]], after: Sequence[str] = ()) -> Self:
        """Add columns side by side, to the right of the rightmost column of *after*, or last."""
        found = self
        for name, kind in columns:
            new = name not in found
            found = found.add(name, kind, after)
            after = [name] if new and after else after
        return found

    def retyped(self, names: Iterable[str], kind: str | None) -> Self:
        """The same columns; those of *names* have another type."""
        changed = set(names)
        return self._mapped(lambda one: evolve(one, type=kind) if one.name in changed else one)

    def renamed(self, old: str, new: str) -> Self:
        """Give a column another name. It takes the place of one that has that name already."""
        if old == new:
            return self
        if old not in self:
            return self.add(new) if self.gaps else self
        if new in self:
            return self.retyped([new], self.type_of(old)).without([old])
        return self._mapped(lambda one: evolve(one, name=new) if one.name == old else one)

    def with_names(self, names: Mapping[str, str]) -> Self:
        """Give columns other names, by their names; a column has no name twice."""
        found = self._mapped(lambda one: evolve(one, name=names.get(one.name) or one.name))
        once = {one.name: one for one in reversed(found.listed)}
        return evolve(found, listed=tuple(reversed(once.values())))

    def without(self, names: Iterable[str]) -> Self:
        """Remove columns."""
        gone = set(names)
        return evolve(self, listed=tuple(one for one in self.listed if one.name not in gone))

    def only(self, names: Sequence[str]) -> Self:
        """
        Keep these columns, in their order.

        If more columns than the listed ones may exist, the named ones count as existing.
        """
        wanted = set(names)
        kept = tuple(one for one in self.listed if one.name in wanted)
        if not self.gaps:
            return evolve(self, listed=kept)
        missing = tuple(Column(name) for name in dict.fromkeys(names) if name not in self)
        return evolve(self, listed=(*kept, *missing), gaps=frozenset(), ordered=False)

    def arranged(self, names: Sequence[str]) -> Self:
        """The same columns in the order of *names*, which are all of theirs."""
        return evolve(self, listed=tuple(self.listed[self.places[name]] for name in names))

    def _mapped(self, change: Callable[[Column], Column]) -> Self:
        return evolve(self, listed=tuple(change(one) for one in self.listed))
