"""What DSS holds of one object."""

from __future__ import annotations

from attrs import field, frozen
from attrs.validators import instance_of, optional

from .values import Document


@frozen
class Live:
    """
    What DSS holds of one object.

    Attributes:
        name: What the program calls it.
        id: What DSS calls it; the name, where DSS has no other.
        document: All that DSS holds, or None where the list does not carry it.
        version: The number of its versionTag, or None where DSS keeps none.
        saved_by: Who saved it last.
        saved_at: When, in seconds since 1970.
        created_at: When it was created; tells a re-created object from the one we knew.
        head: What the list says of it, document or less.
    """

    name: str = field(validator=instance_of(str))
    id: str = field(validator=instance_of(str))
    document: Document | None = field(default=None, validator=optional(instance_of(dict)))
    version: int | None = field(default=None, validator=optional(instance_of(int)))
    saved_by: str | None = field(default=None, validator=optional(instance_of(str)))
    saved_at: float | None = None
    created_at: float | None = None
    head: Document | None = None
