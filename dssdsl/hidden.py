"""Keeps secrets out of messages: each deployment has a set of its own, which ends with it."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from urllib.parse import quote, quote_plus

from attrs import define, field

LONG_ENOUGH = 8
"""Characters that a secret needs to be searched for in prose: "other" is part of every second message."""


@define
class Hidden:
    """The secrets of one deployment, or of one command: no message may show them."""

    _values: set[str] = field(factory=set)
    _variables: set[str] = field(factory=set)

    def add(self, value: str) -> None:
        """Hide *value*."""
        self._values.add(value)

    def add_variable(self, name: str) -> None:
        """Hide the value of the environment variable *name*, which need not be set yet."""
        self._variables.add(name)

    def conceal(self, text: str) -> str:
        """
        Return *text* with ``[secret]`` for each secret in it, however it is written.

        A value shorter than `LONG_ENOUGH` is concealed only in quotes, and one of three characters or fewer nowhere.
        """
        found = {*self._values, *(os.environ.get(name, "") for name in self._variables)}
        forms = {form for value in found for form in _forms(value)}
        for form in sorted(forms, key=len, reverse=True):
            text = text.replace(form, "[secret]")
        return text

    @contextmanager
    def active(self) -> Iterator[None]:
        """Hide what programs declare as secret in this context, and conceal it in errors made here."""
        token = HIDING.set(self)
        try:
            yield
        finally:
            HIDING.reset(token)


HIDING: ContextVar[Hidden | None] = ContextVar("hidden", default=None)


def hiding() -> Hidden:
    """Return the secrets of this context: a command's, or a program's while it is loaded; without one, none."""
    return HIDING.get() or Hidden()


def _forms(secret: str) -> Iterator[str]:
    """Yield the ways to write *secret* that DSS and libraries use."""
    plain = secret.strip()
    if len(plain) <= 3:  # noqa: PLR2004  shorter values are part of every other word
        return
    encoded = plain.encode(errors="replace")
    forms = (
        secret, plain, json.dumps(plain)[1:-1], json.dumps(plain, ensure_ascii=False)[1:-1], quote(plain, safe=""), quote(plain),
        quote_plus(plain), b64encode(encoded).decode(), b64encode(encoded + b":").decode(),
    )  # fmt: skip
    if len(plain) >= LONG_ENOUGH:
        yield from forms
    else:
        yield from (f"{mark}{form}{mark}" for form in forms for mark in "\"'`")
