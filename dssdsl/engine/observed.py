"""The objects of DSS, as far as a plan needs them."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from dssdsl.lang.keys import Key
from dssdsl.lang.live import Live

from .matching import Matched


@frozen
class Observed:
    """
    What DSS holds, as far as the plan needs it.

    Attributes:
        live: By key: what the program or the state manages, if DSS has it.
        matched: Which object belongs to which key.
        listed: All objects of the kinds that were listed: project → kind → objects.
        projects: The projects that exist.
        unmanaged: By project to be deleted: what dssdsl does not manage in it.
        code: By project: as text, what runs in it and dssdsl does not manage; read only where a value differs that it can have changed.
        not_checked: What the key may not check.
    """

    live: Mapping[Key, Live] = field(factory=dict)
    matched: Matched = field(factory=Matched)
    listed: Mapping[str, Mapping[str, tuple[Live, ...]]] = field(factory=dict)
    projects: frozenset[str] = frozenset()
    unmanaged: Mapping[str, tuple[str, ...]] = field(factory=dict)
    code: Mapping[str, tuple[str, ...]] = field(factory=dict)
    not_checked: tuple[str, ...] = ()
