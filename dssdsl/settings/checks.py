"""Finds everything that is wrong in a ``dssdsl.toml``, in one run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from attrs import define, field

from dssdsl.errors import DssdslError, ProgramError
from dssdsl.lang.near import did_you_mean

from .keys import EMULATOR_ONLY, STACK, SYNONYMS, TOP, Check, is_plain
from .merging import merged
from .toml import Place
from .values import EMULATED, FILE

_PASSWORD = re.compile(r"://[^/@]*:[^/@]*@")


def check(path: Path, document: Mapping[str, Any], lines: Mapping[Place, int]) -> list[DssdslError]:
    """
    Everything that is wrong in a parsed toml.

    Args:
        path: Its file, for messages, and for the paths that it names.
        document: What is in it.
        lines: The line of each table and key.
    """
    checker = _Checker(path, lines)
    checker.document(document)
    return checker.errors


def shown(value: Any) -> str:
    """A value as messages show it, without credentials in an address."""
    if isinstance(value, bool):
        return str(value).lower()
    return re.sub(r"//[^/]*@", "//[secret]@", repr(value))


def _tables(value: Any) -> dict[str, dict[str, Any]]:
    """The tables in *value*; a wrong type is reported where its key is checked."""
    return (
        {k: v for k, v in value.items() if isinstance(v, dict)} if isinstance(value, dict) else {}
    )


@define
class _Checker:
    path: Path
    lines: Mapping[Place, int]
    errors: list[DssdslError] = field(factory=list)

    def document(self, document: Mapping[str, Any]) -> None:
        self._known(document, TOP, ())
        stacks = document.get("stacks", {})
        named = document.get("default_stack")
        if isinstance(named, str) and isinstance(stacks, dict) and named not in (*stacks, EMULATED):
            self._fault(
                f'default_stack is "{named}", which is not a stack of this file',
                ("default_stack",),
                _near(named, stacks),
            )
        defaults = _tables({"defaults": document.get("defaults")}).get("defaults", {})
        self._values(defaults, ("defaults",))
        for name, values in _tables(stacks).items():
            self._values(values, ("stacks", name))
            self._combination(name, values, defaults)

    def _values(self, values: Mapping[str, Any], at: Place) -> None:
        """Check each value of a stack or of the defaults on its own."""
        leaked = self._credentials(values, at)
        self._known({k: v for k, v in values.items() if k not in leaked}, STACK, at)
        config = values.get("config")
        for name, value in config.items() if isinstance(config, dict) else ():
            if not is_plain(value):
                self._fault(
                    f'config "{name}" is {"a table" if isinstance(value, dict) else "a date or a mixed list"}',
                    (*at, "config", name),
                    "use a string, a number, true, false, or a list of them; put a date in quotes",
                )

    def _credentials(self, values: Mapping[str, Any], at: Place) -> set[str]:
        """Report credentials in plain text; returns the keys that hold them, which no message may show."""
        found = set()
        if isinstance(values.get("api_key"), str):
            found.add("api_key")
            self._fault(
                "api_key holds the key itself",
                (*at, "api_key"),
                'name an environment variable: api_key = { env = "DSS_KEY" }; then replace this key, because others can read this file',
            )
        store = values.get("store")
        place = store.get("git") if isinstance(store, dict) else store
        if isinstance(place, str) and _PASSWORD.search(place):
            found.add("store")
            self._fault(
                "the URL of store holds a password",
                (*at, "store"),
                "remove it, and let a Git credential helper supply it; then change it, because others can read this file",
            )
        return found

    def _combination(self, name: str, own: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
        """Check that a stack's values fit each other."""
        at = ("stacks", name)
        values = merged(defaults, own)
        emulated = bool(values.get("emulator"))
        if emulated and "host" in own:
            self._fault(f'stack "{name}" has a host and an emulator', at, "keep one of them")
        if not emulated and "host" not in values:
            self._fault(
                f'stack "{name}" has no host',
                at,
                'add host = "https://…", or emulator = true for the emulator',
            )
        for key in EMULATOR_ONLY:
            if not emulated and key in own:
                self._fault(
                    f'stack "{name}" has {key} and no emulator',
                    (*at, key),
                    f"{key} describes the emulator: remove it, or add emulator = true",
                )
        if values.get("insecure") and own.get("ca_bundle"):
            self._fault(f'stack "{name}" has insecure and ca_bundle', at, "keep ca_bundle")
        bundle = values.get("ca_bundle")
        if isinstance(bundle, str) and not (self.path.parent / bundle).exists():
            self._fault(
                f'no file "{bundle}"', (*at, "ca_bundle"), f"the path is relative to {FILE}"
            )

    def _known(self, values: Mapping[str, Any], known: Mapping[str, Check], at: Place) -> None:
        """Check that each key of a table is known and its value of the right form."""
        for key, value in values.items():
            if key not in known:
                table = f"[{'.'.join(at)}]" if at else FILE
                self._fault(f'{table} has no key "{key}"', (*at, key), _near(key, known))
            elif not known[key][0](value):
                self._fault(
                    f"{key} cannot be {shown(value)}", (*at, key), f"{key} takes {known[key][1]}"
                )

    def _fault(self, problem: str, place: Place, fix: str | None) -> None:
        outwards = (place[:n] for n in range(len(place), 0, -1))
        line = next((self.lines[p] for p in outwards if p in self.lines), None)
        at = f"{self.path}:{line}" if line else str(self.path)
        self.errors.append(ProgramError(problem, at=at, fix=fix))


def _near(word: str, known: Iterable[str]) -> str | None:
    names = list(known)
    if (meant := SYNONYMS.get(word.lower())) in names:
        return f'did you mean "{meant}"?'
    return did_you_mean(word, names) or (f"known: {', '.join(names)}" if names else None)
