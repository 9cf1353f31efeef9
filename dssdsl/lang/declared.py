"""What a program declares: its identity, its place in the program, and the registry of all classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from pydantic import PrivateAttr

from dssdsl.errors import ProgramError

from .keys import Key
from .kind import Kind
from .program import Program, current, loading
from .values import Document

KINDS: dict[str, type[Any]] = {}
"""Every class of resource, by its name."""
FACTS: dict[str, type[Any]] = {}
"""For each kind that is loaded, its first class: the one with the facts, which all others derive from."""
SLOTS = {
    "_document": None,
    "_existing": False,
    "_faulty": False,
    "_key": None,
    "_program": None,
    "_source": "",
}
"""What every resource keeps of itself, and what it is at first."""


class Declared(Kind):
    """Something with a name that a program declares, in one of its lines."""

    # Slots, for these are read all the time: pydantic's own private attributes take ten times as long.
    __slots__ = tuple(SLOTS)
    if TYPE_CHECKING:
        # PrivateAttr tells type checkers that a constructor does not take them.
        _source: str = PrivateAttr()
        _program: Any = PrivateAttr()
        _existing: bool = PrivateAttr()
        _faulty: bool = PrivateAttr()
        _document: Document | None = PrivateAttr()
        _key: Key | None = PrivateAttr()

    def __new__(cls, *_: Any, **__: Any) -> Self:
        self = super().__new__(cls)
        for name, value in SLOTS.items():
            object.__setattr__(self, name, value)
        return self

    def __init__(self, *args: Any, **fields: Any) -> None:
        program = current()
        before = program.told
        super().__init__(*args, **fields)
        self._source = program.here()
        self._program = program
        self._faulty = program.told > before
        self._settle(program)
        self._register(program)

    def _settle(self, program: Program) -> None:
        """Fill in what the place of the declaration gives: its project, its zone."""

    def _register(self, program: Program) -> None:
        key = self._key = self.key
        other = program.keys.get(key)
        if other is not None and self._faulty and not self.identity:
            return  # both lack their name, and are not the same
        if other is not None and other.source == self._source:
            program.error(
                f"{self.label} is declared twice, both times at {self._source}",
                at=self._source,
                fix="this line runs more than once: make the name differ each time",
            )
            return
        if other is not None:
            places = [f"{place.replace(', called at ', ' (called at ', 1)})" if ", called at " in place else place
                      for place in (other.source, self._source)]  # fmt: skip
            program.error(
                f"{self.label} is declared twice, at {places[0]} and at {places[1]}",
                at=self._source,
                fix="give one of them another name, or delete it",
            )
            return
        resource: Any = self  # a Resource, the only class that derives from this one
        program.keys[key] = resource
        program.resources.append(resource)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        # A class of a program is gone with the program.
        if not cls.kind or (loading() and not cls.__module__.startswith("dssdsl.")):
            return
        FACTS.setdefault(cls.kind, cls)
        if not cls.__name__.startswith("Any"):
            KINDS[cls.__name__] = cls

    @property
    def identity(self) -> str:
        """Its name within its project."""
        return str(getattr(self, self.identified_by, None) or "")

    @property
    def key(self) -> Key:
        """Its key: ``PROJECT/kind/name``."""
        return self._key or Key(self.identity, self.kind, self.identity)

    @property
    def label(self) -> str:
        """Its kind and name, as messages say them."""
        return self.key.label

    @property
    def source(self) -> str:
        """Where it is declared: ``project.py:12``."""
        return self._source

    @property
    def exists(self) -> bool:
        """Whether it is only a reference to something that the program does not manage."""
        return self._existing

    def error(self, problem: str, fix: str | None = None) -> ProgramError:
        """An error about this resource, at its line."""
        cls = type(self).__name__
        name = f' "{self.identity}"' if self.identity else ""
        return ProgramError(f"{cls}{name}: {problem}", at=self.source, fix=fix)

    def __repr__(self) -> str:
        return f"<{self.label}>"
