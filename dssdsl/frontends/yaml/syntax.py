"""How hints spell a declaration in YAML."""

from __future__ import annotations

from dssdsl.lang.fields import form
from dssdsl.lang.syntax import Syntax

from .spelling import spelled


class YamlSyntax(Syntax):
    """Spells hints as YAML."""

    def add(self, name: str, takes: str | None) -> str:
        return f"add {name}: {takes or '…'}"

    def add_first(self, cls: str, name: str) -> str:
        return f"add {name}: NAME"

    def speak(self, text: str) -> str:
        return spelled(text)

    def form(self, of: form) -> str:
        return of.yaml or of.text
