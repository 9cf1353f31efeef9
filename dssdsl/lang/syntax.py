"""How hints spell a declaration: as Python writes it, or as another frontend does."""

from __future__ import annotations

from .fields import form


class Syntax:
    """Spells hints as Python; a frontend of another language overrides all of it."""

    def add(self, name: str, takes: str | None) -> str:
        """Tell the user to add the field *name*, which takes *takes*."""
        return f"add {name}=…" + (f": {takes}" if takes else "")

    def add_first(self, cls: str, name: str) -> str:
        """Tell the user to add the field *name*, which is the first argument of *cls*."""
        return f'it comes first: {cls}("NAME", …)'

    def speak(self, text: str) -> str:
        """A hint that spells Python, in this language."""
        return text

    def form(self, of: form) -> str:
        """What a field takes."""
        return of.text
