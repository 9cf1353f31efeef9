"""The choice of a code environment or a container, as DSS writes it."""

from __future__ import annotations

from dssdsl.lang.values import Document


def code_env(value: str, mode: str = "envMode") -> Document:
    """The choice of a code env as DSS writes it: a name, or one of its modes."""
    if value in ("INHERIT", "USE_BUILTIN_MODE"):
        return {mode: value}
    return {mode: "EXPLICIT_ENV", "envName": value}


def container(value: str) -> Document:
    """The choice of a container configuration as DSS writes it: a name, or one of its modes."""
    if value in ("INHERIT", "NONE"):
        return {"containerMode": value}
    return {"containerMode": "EXPLICIT_CONTAINER", "containerConf": value}
