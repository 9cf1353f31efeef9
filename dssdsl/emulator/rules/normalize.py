"""Normalise a document as DSS does when it saves it: known keys, defaults, sorted tags, key order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document, without_nulls
from dssdsl.emulator.errors import failed, null_pointer
from dssdsl.emulator.instance.dss import Dss
from dssdsl.emulator.project.kinds import (
    AGENT_TOOL,
    ANALYSIS,
    API_SERVICE,
    ARTICLE,
    DASHBOARD,
    DATASET,
    INSIGHT,
    KNOWLEDGE_BANK,
    MANAGED_FOLDER,
    MODEL_COMPARISON,
    RECIPE,
    SQL_NOTEBOOK,
    STATISTICS_WORKSHEET,
    STREAMING_ENDPOINT,
    WEB_APP,
    ZONE,
    Kind,
)
from dssdsl.emulator.project.project import Project

from . import payloads, shapes

_OUTSIDE = ("name", "id", "projectKey", "smartName", "versionTag")
_ENUMS: Mapping[str, frozenset[str]] = {
    "envMode": frozenset(("INHERIT", "USE_BUILTIN_MODE", "EXPLICIT_ENV")),
    "containerMode": frozenset(("INHERIT", "NONE", "EXPLICIT_CONTAINER")),
    "rebuildBehavior": frozenset(("NORMAL", "EXPLICIT", "WRITE_PROTECT")),
    "crossProjectBuildBehavior": frozenset(("DEFAULT", "STOP", "PREVENT")),
    "hashPropagationBehavior": frozenset(("INHERIT", "ENABLED", "DISABLED")),
}
_COLUMN = frozenset(
    (
        *(
            "name",
            "type",
            "arrayContent",
            "mapKeys",
            "mapValues",
            "objectFields",
            "meaning",
            "comment",
        ),
        *("originalType", "timestampNoTzAsDate", "maxLength", "isColumnEdited", "customFields"),
    )
)
_FIXED: dict[str, frozenset[str]] = {
    "flowOptions": frozenset(defaults.fresh("dataset")["flowOptions"]),
    "readWriteOptions": frozenset(defaults.fresh("dataset")["readWriteOptions"]),
    "schema": frozenset(("columns", "userModified", "metadata")),
    "partitioning": frozenset((*defaults.PARTITIONING, "filePathPattern")),
    "inputs": frozenset(),
}
_FRESH = {
    kind.folder: defaults.fresh(name)
    for kind, name in ((DATASET, "dataset"), (RECIPE, "recipe"), (MANAGED_FOLDER, "folder"))
}
_FRESH[ZONE.folder] = defaults.fresh("zone")
for _kind in (
    *(DASHBOARD, INSIGHT, WEB_APP, ARTICLE, SQL_NOTEBOOK, STREAMING_ENDPOINT, API_SERVICE),
    *(ANALYSIS, KNOWLEDGE_BANK, AGENT_TOOL, STATISTICS_WORKSHEET, MODEL_COMPARISON),
):
    _FRESH[_kind.folder] = defaults.fresh(_kind.noun)


def received(dss: Dss, kind: Kind, sent: Document, before: Document | None) -> Document:
    """
    Return the document that DSS stores for one that was sent.

    Args:
        dss: The DSS.

        kind: The kind of the object.

        sent: The document.

        before: The stored document; None for a new object.

    Returns:
        A new document, without the fields that only the API returns. Parts that DSS replaces as a
        whole get defaults, but a project of an older DSS gets no newer keys.
    """
    hidden = [key for key in _OUTSIDE if not (key == "name" and kind.key == "id")]
    document = {key: value for key, value in without_nulls(sent).items() if key not in hidden}
    if before is not None:
        document |= {key: before[key] for key in _OUTSIDE if key in before and key in hidden}
    same_kinds(document, _FRESH.get(kind.folder, {}))
    same_kinds(document, before or {})
    shapes.check(document, shapes.DOCUMENTS.get(kind.folder, {}))
    if kind is RECIPE:
        shapes.check(
            document.get("params"), payloads.params(text(document.get("type", ""), "type"))
        )
    if not dss.normalise:
        return document
    if kind.order:
        known = {*kind.order, *(before or ())}
        document = {key: value for key, value in document.items() if key in known}
    fill(document, _FRESH.get(kind.folder, {}), before)
    if before is not None and "creationTag" in before and "creationTag" not in document:
        document["creationTag"] = before["creationTag"]
    if "tags" in document:
        document["tags"] = sorted_tags(document["tags"], (before or {}).get("tags", ()))
    _enums(document)
    _known(document)
    return align(document, before or {}, kind.order)


def same_kinds(sent: Document, known: Document) -> None:
    """Raise ``Refused`` for a document with another type where DSS reads an object or a list."""
    for key, value in known.items():
        if key in sent:
            for kind, word in ((dict, "OBJECT"), (list, "ARRAY")):
                if isinstance(value, kind) != isinstance(sent[key], kind):
                    message = f"Expected BEGIN_{word} or not, at path $.{key}"
                    raise failed(message, "com.google.gson.JsonSyntaxException")
            if isinstance(value, list) and value and isinstance(value[0], dict):
                for each in sent[key]:
                    same_kinds({"[]": each}, {"[]": {}})


def text(value: Any, path: str) -> str:
    """Return a value that DSS reads as a string. Raises ``Refused`` for an object or a list."""
    if isinstance(value, (dict, list)) or value is None:
        message = f"Expected a string at path $.{path}"
        raise failed(message, "com.google.gson.JsonSyntaxException")
    return value if isinstance(value, str) else json.dumps(value)


def fill(document: Document, fresh: Document, before: Document | None) -> None:
    """Fill missing fields with defaults, except those that the stored document lacks too."""
    for key, value in fresh.items():
        if before is not None and key not in before:
            continue
        if key not in document:
            document[key] = json.loads(json.dumps(value))
        elif isinstance(value, dict) and isinstance(document[key], dict):
            old = (before or {}).get(key) if before is not None else None
            fill(document[key], value, old if isinstance(old, dict) else None)


def sorted_tags(tags: Iterable[Any], before: Iterable[str] = ()) -> list[str]:
    """Return tags as DSS stores them: unique and sorted; unchanged ones keep their order."""
    found, stored = {str(tag) for tag in tags}, [*before]
    return stored if found == {*stored} and len(found) == len(stored) else sorted(found)


def align(document: Document, before: Document, order: tuple[str, ...] = ()) -> Document:
    """
    Put a document's keys in the order in which DSS writes them.

    DSS writes the fields of its classes in their order, not in the order that was sent. Stored keys keep
    their place, because that order is right for the version that wrote them.
    """
    keys = [key for key in before if key in document]
    rest = [key for key in document if key not in before]
    if order and rest:
        rank = {key: place for place, key in enumerate(order)}
        for key in sorted(rest, key=lambda each: rank.get(each, len(order))):
            place = rank.get(key, len(order))
            at = sum(1 for _ in _up_to(keys, rank, place))
            keys.insert(at, key)
    else:
        keys += rest
    return {key: _aligned(document[key], before.get(key)) for key in keys}


def _up_to(keys: list[str], rank: Mapping[str, int], place: int) -> list[str]:
    last = 0
    for index, key in enumerate(keys):
        if rank.get(key, -1) < place and key in rank:
            last = index + 1
    return keys[:last] if place < len(rank) else keys


def _aligned(value: Any, before: Any) -> Any:
    if isinstance(value, dict) and isinstance(before, dict):
        return align(value, before)
    if isinstance(value, list) and isinstance(before, list):
        pairs = zip(value, before, strict=False)
        return [_aligned(*pair) for pair in pairs] + value[len(before) :]
    return value


def _enums(value: Any) -> None:
    """Drop values that are not in DSS's enumerations, because Gson reads them as null."""
    if isinstance(value, dict):
        for key in [*value]:
            allowed = _ENUMS.get(key)
            if allowed is not None and value[key] not in allowed:
                del value[key]
            else:
                _enums(value[key])
    elif isinstance(value, list):
        for each in value:
            _enums(each)


def _known(document: Document) -> None:
    """Drop unknown keys in the parts whose keys are all known."""
    for name in ("flowOptions", "readWriteOptions", "schema", "partitioning"):
        part = document.get(name)
        if isinstance(part, dict):
            for key in [key for key in part if key not in _FIXED[name]]:
                del part[key]
    columns = (document.get("schema") or {}).get("columns")
    if isinstance(columns, list):
        document["schema"]["columns"] = [column(each) for each in columns]


def column(sent: Document) -> Document:
    """Return a column with known keys only, its name and type first."""
    if not isinstance(sent, dict) or "name" not in sent:
        raise null_pointer("column.name")
    first = {"name": sent["name"], "type": sent.get("type", "string")}
    return {**first, **{key: value for key, value in sent.items() if key in _COLUMN}}


def note_tags(project: Project, tags: Iterable[str]) -> None:
    """Add tags of an object to the project's dictionary of tags."""
    known = project.json("tags.json", {"tags": {}})
    new = [tag for tag in tags if tag not in known["tags"]]
    if new:
        for tag in new:
            color = _COLORS[sum(tag.encode()) % len(_COLORS)]
            known["tags"][tag] = {"color": color}
        project.set_json("tags.json", known)


_COLORS = ("#94be8e", "#f44336", "#2ab1ac", "#087abf", "#f9be40", "#4b8021", "#c82423", "#465a64")
