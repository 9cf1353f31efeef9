"""Encrypt secrets, as DSS does before it returns them."""

from __future__ import annotations

import re
from typing import Any

from dssdsl.emulator.project import ids

_NAME = re.compile(
    r"(password|secret|secretkey|passphrase|apikey|token|privatekey)$", re.IGNORECASE
)


def encrypted(value: Any) -> Any:
    """
    Return a document with encrypted secrets, which differ after every save.

    A secret is a field with such a name, as ``password``, or the value of a property or of a user's
    secret that is marked as one.
    """
    if isinstance(value, list):
        return [encrypted(each) for each in value]
    if not isinstance(value, dict):
        return value
    marked = bool(value.get("secret")) and not isinstance(value["secret"], str)
    return {
        key: cipher()
        if isinstance(each, str) and each and (_NAME.search(key) or (marked and key == "value"))
        else encrypted(each)
        for key, each in value.items()
    }


def cipher() -> str:
    """Return an encrypted secret."""
    return f"e:AES:{ids.make(32)}"
