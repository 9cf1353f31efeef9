"""
Which object is which: an object is its id and the time of its creation, never its name alone.

DSS makes up the ids of some kinds. The others are called by their name, and whoever deletes such an
object and creates another one has one of the same id: only the time of creation tells them apart.
DSS dates the creation of every kind but zones, whose ids it makes up, and library files. A scenario
that is saved in the UI loses its date (observed on real servers), so a missing one proves nothing.

Three questions are answered here:

- Is this the object that was deployed (`is_same`)?
- Which object has been deployed under another name (`moved`)?
- Did a creation that was not answered make this object (`made_by`)? The login and the time of its
  creation tell, by DSS's own clock. Where DSS dates nothing, the content does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from dssdsl.lang.keys import Key
from dssdsl.lang.kinds import facts
from dssdsl.lang.live import Live
from dssdsl.lang.values import Document, settled
from dssdsl.state.snapshot import Attempt, Entry

WITHIN = 600.0
"""Seconds after which DSS has certainly carried out a request, or never will."""
LONGEST = 86_400.0
"""Seconds that a deployment takes at most: what it announces is created within them."""


def is_same(entry: Entry, live: Live) -> bool:
    """Whether an object is the one that was deployed."""
    known = None not in (entry.created_at, live.created_at)
    return entry.id == live.id and not (known and entry.created_at != live.created_at)


def moved(
    gone: Mapping[Key, Entry], listed: Mapping[str, Mapping[str, tuple[Live, ...]]]
) -> dict[Key, Live]:
    """
    Find objects that have another name than they were deployed under.

    Args:
        gone: The entries whose object does not have its id any more.
        listed: What DSS has, by project and kind.

    Returns:
        By key: the only object that was created at that time.
    """
    made: dict[tuple[str, str, float | None], list[Live]] = {}
    wanted = {(key.project, key.kind) for key in gone if facts(key.kind).renamable}
    for project, kind in wanted:
        for one in listed.get(project, {}).get(kind, ()):
            made.setdefault((project, kind, one.created_at), []).append(one)
    found = {}
    for key, entry in gone.items():
        same = made.get((key.project, key.kind, entry.created_at), [])
        if entry.created_at is not None and len(same) == 1:
            found[key] = same[0]
    return found


def attempt(
    kind: str, before: Iterable[str], dss: Any, want: Document, within: float = WITHIN
) -> Attempt:
    """
    Describe a creation that comes next.

    Args:
        kind: The kind of the resource.
        before: Ids of others' objects of its name.
        dss: The session, which knows DSS's clock, and as whom it acts.
        want: The document that is sent.
        within: Seconds within which the request is sent and carried out.
    """
    now, undated = dss.time, not facts(kind).dated and not facts(kind).id_is_made_up
    return Attempt(
        before=tuple(sorted(before)),
        by=dss.login,
        since=now,
        until=now + within if now is not None else None,
        content=digest(settled(want)) if undated else "",
    )


def made_by(attempt: Attempt, live: Live) -> bool | None:
    """Whether a creation made an object that has its name; None where DSS does not date it."""
    if live.id in attempt.before:
        return False
    if live.created_at is None:
        return None
    if attempt.since is None or attempt.until is None:
        return False
    others = None not in (attempt.by, live.created_by) and attempt.by != live.created_by
    return not others and attempt.since <= live.created_at <= attempt.until


def creation(live: Live) -> tuple[str, str]:
    """Who created an object, and when, for people."""
    when = datetime.fromtimestamp(live.created_at, UTC) if live.created_at else None
    return live.created_by or "somebody", f"{when:%Y-%m-%d %H:%M} UTC" if when else ""


def holds_only(document: Document | None, known: Collection[str]) -> bool:
    """Whether all members of an object such as a zone are known: a new one has none."""
    items: Iterable[Document] = (document or {}).get("items") or ()
    return all(item.get("objectId") in known for item in items)


def digest(document: Any) -> str:
    """A digest of a document without secrets."""
    text = json.dumps(document, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
