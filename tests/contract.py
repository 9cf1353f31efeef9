"""What every resource type must do; a test class inherits it and adds data."""

from __future__ import annotations

from typing import Any, ClassVar


class ResourceContract:
    """
    Attributes:
        cls: The class under test.
        name: Its identity; None for a class that has none.
        document: What a real DSS answers for `full`; never made from the class.
        edits: ``(field, value, action)``: what it takes to change one field of `full`.
    """

    cls: ClassVar[Any] = None
    name: ClassVar[str | None] = None
    document: ClassVar[dict[str, Any]] = {}
    edits: ClassVar[list[tuple[str, Any, str]]] = []

    def around(self) -> None:
        """Declare what the resource needs beside its project."""

    def minimal(self) -> dict[str, Any]:
        """The required fields only."""
        return {}

    def full(self) -> dict[str, Any]:
        """Every field set, to other than its default."""
        return {}
