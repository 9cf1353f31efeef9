"""One object of DSS, as read."""

from __future__ import annotations

from attrs import field, frozen
from attrs.validators import instance_of, optional

from .values import Document


@frozen
class Live:
    """
    What DSS holds of one object.

    Attributes:
        name: Its name.
        id: Its id in DSS; the name, for kinds without ids.
        document: The whole document, or None if the list does not carry it.
        version: The number of its versionTag, or None if it has none.
        saved_by: Who saved it last.
        saved_at: When it was saved last, in seconds since 1970.
        created_at: When it was created, in seconds since 1970; a re-created object has another one.
        created_by: The login that created it, or None where DSS does not say.
        head: What the list says of it.
    """

    name: str = field(validator=instance_of(str))
    id: str = field(validator=instance_of(str))
    document: Document | None = field(default=None, validator=optional(instance_of(dict)))
    version: int | None = field(default=None, validator=optional(instance_of(int)))
    saved_by: str | None = field(default=None, validator=optional(instance_of(str)))
    saved_at: float | None = None
    created_at: float | None = None
    created_by: str | None = None
    head: Document | None = None
