"""The files of the history: each deployment as its difference from a whole snapshot, its base."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Sequence
from typing import Any

from .delta import applied, difference
from .snapshot import Head, Snapshot, damaged, parsed

TextOf = Callable[[str], str | None]
"""Gives the content of a file of the history; None where there is no such file."""
BODY = ("entries", "pending", "unfinished")
"""What a file of the history has as a difference; the rest of a snapshot stands in it as it is."""
WORTH = 4
"""A difference of more than this part of its base gets a base of its own."""


def file_of(serial: int) -> str:
    """The name of the file of a deployment."""
    return f"{serial}.json"


def base_of(serial: int) -> str:
    """The name of the file of a whole snapshot that others are stored against."""
    return f"base-{serial}.json"


def files(snapshot: Snapshot, text_of: TextOf) -> dict[str, str]:
    """
    The files that a deployment adds to the history, in the order in which to write them, by name.

    Sets the snapshot's base.
    """
    found: dict[str, str] = {}
    changes = None
    whole = json.loads(snapshot.dumps())
    base = text_of(base_of(snapshot.base)) if snapshot.base is not None else None
    if base is not None:
        changes = _changes(base, whole)
    if base is None or changes is None or len(changes) > len(base) / WORTH:
        snapshot.base = snapshot.serial
        base = found[base_of(snapshot.serial)] = snapshot.dumps()
        changes = _changes(base, whole)
    head = {name: value for name, value in whole.items() if name not in (*BODY, "resources")}
    document = {**head, "base": snapshot.base, "changes": changes}
    found[file_of(snapshot.serial)] = json.dumps(document, sort_keys=True, indent=1) + "\n"
    return found


def _changes(base: str, whole: dict[str, Any]) -> str | None:
    try:
        delta = difference(_body(json.loads(base)), _body(whole))
    except (ValueError, RecursionError):
        return None  # a damaged base is no base
    text = json.dumps(delta, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def _body(document: dict[str, Any]) -> dict[str, Any]:
    return {name: document[name] for name in BODY if name in document}


def head(text: str, where: str) -> Head:
    """
    What a file of the history lists of its deployment.

    Raises:
        SnapshotError: It is damaged, or of a newer dssdsl.
    """
    document = parsed(text, where)
    if "changes" not in document:
        return Snapshot.loads(text, where)
    document.pop("changes")
    return Head.model_validate(
        Snapshot.of(document, where).model_dump(include=set(Head.model_fields))
    )


def unpacked(text: str, where: str, text_of: TextOf) -> Snapshot:
    """
    The snapshot of a file of the history.

    Raises:
        SnapshotError: It is damaged, or of a newer dssdsl, or its base is.
    """
    document = parsed(text, where)
    if "changes" not in document:
        return Snapshot.loads(text, where)  # of an older dssdsl, which stored each of them whole
    changes, name = document.pop("changes"), base_of(document.get("base"))  # type: ignore[arg-type]
    base = text_of(name)
    if base is None:
        raise damaged(where, f"{name} is missing, which it is stored against")
    try:
        delta = json.loads(zlib.decompress(base64.b64decode(changes)))
        body = applied(_body(parsed(base, name)), delta)
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        zlib.error,
        RecursionError,
    ) as error:
        raise damaged(where, f"its changes do not fit {name}: {error}") from None
    return Snapshot.of({**document, **body}, where)


def unused(names: Sequence[str], oldest: Head) -> list[str]:
    """
    The files among *names* that no deployment from *oldest* on needs.

    Args:
        names: All files of the history.
        oldest: The first deployment to keep.
    """
    kept = oldest.serial if oldest.base is None else oldest.base
    found = []
    for name in names:
        stem, dot, _ = name.partition(".json")
        number = stem.removeprefix("base-")
        if dot and number.isascii() and number.isdigit():
            first = oldest.serial if number == stem else kept
            found += [name] if int(number) < first else []
    return found
