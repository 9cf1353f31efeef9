"""Reporters: messages that a scenario sends when it starts or ends."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dssdsl.lang.fields import form
from dssdsl.lang.model import token
from dssdsl.lang.resource import Part, Resource, encode
from dssdsl.lang.values import Document, Initial

from .messages import MESSAGE, OneMessage


class Reporter(Part):
    """Sends a message when the scenario ends or starts."""

    message: Annotated[OneMessage, form(MESSAGE)] = Field(kw_only=False)
    """The message."""

    when: str | None = None
    """The condition, as a DSS formula such as ``outcome != 'SUCCESS'``. By default a new reporter has none."""

    when_enabled: bool = True
    """Whether DSS checks the condition. If False, DSS keeps the condition and sends the message after every run."""

    phase: Annotated[Literal["START", "END"] | str, token("START", "END")] = "END"
    """Whether to send it at the end or at the start of a run."""

    name: str | None = None
    """Its name, which identifies it among reporters of its type."""

    active: bool | None = None
    """Whether it is active. By default a new one is, and an existing one stays as it is."""

    def document(self, owner: Resource) -> Document:
        out: Document = {
            "active": Initial(True) if self.active is None else self.active,
            "phase": self.phase,
            "runConditionEnabled": Initial(False) if self.when is None else self.when_enabled,
            "messaging": encode(self.message, owner),
        }
        if self.when is not None:
            out["runCondition"] = self.when
        if self.name is not None:
            out["name"] = self.name
        return out
