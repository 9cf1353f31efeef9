"""Makes resources and parts of entries: each entry becomes a call of the class that a Python program calls."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from attrs import define

from dssdsl.errors import DssdslError
from dssdsl.lang.near import nearest
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Secret

from .families import BODIES, Family, norm, tagged
from .names import Names
from .positions import Map, Seq
from .source import Source, described
from .takes import Takes, fits, takes, takes_any

DSS_VARIABLE = re.compile(r"\$\{(\w+)(:[^}]*)?\}")
"""A variable of DSS, in a field that takes strings."""
INVALID: Any = object()
"""Stands for a value whose error is reported."""


@define
class Entries:
    """Turns entries into resources and parts; errors go to the program, with their lines."""

    source: Source
    names: Names

    def make(self, cls: Any, entry: Map) -> Any:
        """Call *cls* with the fields of *entry*."""
        fields: dict[str, Any] = {}
        depends_on: tuple[Any, int] | None = None
        attributes = cls.public_names()
        for name, raw in entry.items():
            line = entry.lines[name]
            attribute = attributes.get(name)
            of_file = name.removesuffix("_file")
            of = attributes.get(of_file) if attribute is None else None
            if of is not None and takes(cls, of).file:
                fields[of_file] = self._file(entry, of_file, raw)
                continue
            if attribute is None:
                fields[name] = self.source.plain(raw, line)
            elif attribute == "depends_on" and issubclass(cls, Resource):
                depends_on = raw, line
            else:
                value = self.value(raw, takes(cls, attribute), line, name)
                if value is not INVALID:
                    fields[name] = value
        before = len(self.source.program.errors)
        with self.source.at(entry.line):
            made = cls(**fields)
        self._place(self.source.program.errors[before:], entry)
        if isinstance(made, Resource):
            self.names.add(made)
            if depends_on is not None:
                self.names.find_later(made, *depends_on)
        return made

    def _file(self, entry: Map, name: str, raw: Any) -> Any:
        line = entry.lines[f"{name}_file"]
        if name in entry:
            self.source.error(f"{name} and {name}_file are both set", line, "keep one of them")
        return self.source.file(raw, line)

    def _place(self, errors: Sequence[DssdslError], entry: Map) -> None:
        """Give each error the line of its field."""
        whole = f"{self.source.name}:{entry.line}"
        for error in errors:
            if error.at == whole and error.field in entry.lines:
                error.at = f"{self.source.name}:{entry.lines[error.field]}"

    # --- values

    def value(self, raw: Any, of: Takes, line: int, name: str) -> Any:
        """The value that *raw* means in a field that takes *of*; INVALID if it means none."""
        if isinstance(raw, Map):
            return self._mapping(raw, of, name)
        if isinstance(raw, Seq):
            item = takes_any(of.items) if of.items else of
            found = [self.value(v, item, at, name) for v, at in zip(raw, raw.lines, strict=True)]
            return [v for v in found if v is not INVALID]
        if isinstance(raw, str):
            return self._string(raw, of, line, name)
        return self._scalar(raw, of, line, name)

    def _scalar(self, raw: Any, of: Takes, line: int, name: str) -> Any:
        fits_type = of.flag if isinstance(raw, bool) else of.number
        only_text = of.text and not of.values and not of.parts
        if raw is None or fits_type or not only_text:
            return raw
        text = str(raw).lower() if isinstance(raw, bool) else str(raw)
        self.source.error(
            f"{name} takes a string, and {text} is {described(raw)}",
            line,
            f'put it in quotes: "{text}"',
        )
        return INVALID

    def _string(self, raw: str, of: Takes, line: int, name: str) -> Any:
        if of.file:
            return raw  # code keeps every ${…}: it is a variable of DSS
        if of.secret:
            self.source.error(
                f"{name} is a secret in plain text",
                line,
                f'write {name}: {{env: "VARIABLE"}}, and set that variable where you deploy',
            )
            return INVALID
        value = self.source.plain(raw, line)
        if not isinstance(value, str):
            return value
        variable = DSS_VARIABLE.fullmatch(value)
        if variable and (of.flag or of.number) and not of.text:
            # The field takes no string, so this is no variable of DSS but a config value.
            return self.source.plain(f"${{config.{variable[1]}{variable[2] or ''}}}", line)
        if of.resources:
            found = self.names.find(value, of.resources, line, name, needed=not of.text)
            return found or (value if of.text else INVALID)
        if of.parts and not of.text and tagged(of.parts):
            return self._part(Map.of("type", value, line), of.parts, name)
        return value

    def _mapping(self, raw: Map, of: Takes, name: str) -> Any:
        if of.secret and list(raw) == ["env"]:
            return Secret.env(str(raw["env"]))
        parts = of.parts
        if parts and (not of.values or any(fits(c, set(raw) - {"type"}) for c in parts)):
            return self._part(raw, parts, name)
        if of.values:
            inner = takes_any(of.values)
            if inner.plain and not (inner.text or inner.flag or inner.number):
                return self.source.plain(raw)
            found = {k: self.value(v, inner, raw.lines[k], name) for k, v in raw.items()}
            return {k: v for k, v in found.items() if v is not INVALID}
        return self.source.plain(raw)

    # --- classes

    def _part(self, raw: Map, classes: Sequence[type[Any]], name: str) -> Any:
        if len(raw) == 1:  # {sql: "…"}, {desc: day}: the class and its first field
            key = next(iter(raw))
            for each in classes:
                if norm(each.__name__) == norm(key) and key not in each.public_names():
                    return self.make(each, Map.of(each.positional()[0], raw[key], raw.lines[key]))
        if tagged(classes):
            cls = self.choose(classes, raw, name.removesuffix("s"))
            return INVALID if cls is None else self.make_typed(cls, raw, classes)
        cls = next((c for c in classes if fits(c, raw)), classes[0])
        names_itself = norm(str(raw.get("type", ""))) == norm(cls.__name__)
        if len(classes) == 1 and "type" not in cls.public_names() and names_itself:
            raw = raw.without("type")
        return self.make(cls, raw)

    def make_typed(self, cls: type[Any], entry: Map, classes: Sequence[type[Any]]) -> Any:
        """Call *cls*, which ``type`` has chosen among *classes*."""
        general = cls is Family.of(tuple(classes)).any
        return self.make(cls, entry if general else entry.without("type"))

    def choose(self, classes: Sequence[type[Any]], entry: Map, what: str) -> type[Any] | None:
        """The class that the entry's ``type`` means; None if it means none."""
        family = Family.of(tuple(classes))
        kind = entry.get("type")
        found = family.find(kind, entry) if isinstance(kind, str) else None
        if found is not None:
            return found
        strict = not isinstance(kind, str) or family.any is None
        body = any(b in entry for b in BODIES)
        if (strict or not body) and self.is_wrong_type(what, kind, family, entry, strict=strict):
            return None
        return family.any

    def is_wrong_type(
        self, what: str, kind: Any, family: Family, entry: Map, *, strict: bool
    ) -> bool:
        """
        Report *kind* if it is no type, or similar to a known one.

        Args:
            what: The kind of entry, for the message.
            kind: The entry's ``type``.
            family: The classes with a type.
            entry: The entry.
            strict: Whether only known types are right; otherwise an unknown one is DSS's own.
        """
        known = family.types()
        line = entry.lines.get("type", entry.line)
        if kind is None:
            self.source.error(
                f'{what} without "type"', line, f"add one of {', '.join(known)}, or a type of DSS"
            )
            return True
        words = {norm(k): k for k in known}
        near = nearest(norm(str(kind)), words)
        if near is None and not strict and isinstance(kind, str):
            return False
        self.source.error(
            f'there is no {what} type "{kind}"',
            line,
            f'did you mean "{words[near]}"?' if near else f"the types are {', '.join(known)}",
        )
        return True
