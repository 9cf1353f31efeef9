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
    """Sends a message when the scenario ends, or starts."""

    message: Annotated[OneMessage, form(MESSAGE)] = Field(kw_only=False)
    """What is sent."""

    when: str | None = None
    """A DSS formula, such as ``outcome != 'SUCCESS'``; left out of a new one: always."""

    phase: Annotated[Literal["START", "END"] | str, token("START", "END")] = "END"
    """Whether it is sent at the end, or at the start."""

    name: str | None = None
    """Tells it from others of its type."""

    active: bool | None = None
    """Whether it is sent; left out, a new one is, and one that exists is left as it is."""

    def document(self, owner: Resource) -> Document:
        out: Document = {
            "active": Initial(True) if self.active is None else self.active,
            "phase": self.phase,
            "runConditionEnabled": Initial(False) if self.when is None else True,
            "messaging": encode(self.message, owner),
        }
        if self.when is not None:
            out["runCondition"] = self.when
        if self.name is not None:
            out["name"] = self.name
        return out
