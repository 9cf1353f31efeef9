"""What datasets, folders, models and recipes have in common: they stand in the Flow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Self

from pydantic import InstanceOf

from dssdsl.errors import ProgramError
from dssdsl.lang.fields import elsewhere, form
from dssdsl.lang.program import Program
from dssdsl.lang.resource import Resource, Taggable, existing


class FlowObject(Taggable):
    """An object of the Flow; it may be put into a zone."""

    zone: Annotated[
        InstanceOf[Resource] | None, elsewhere, form('a FlowZone, such as FlowZone("Sales")')
    ] = None
    """The zone of the Flow; a recipe's outputs follow it."""

    def _settle(self, program: Program) -> None:
        super()._settle(program)
        if self.zone is None and program.zones and self._zone_is_inherited(program.zones[-1]):
            object.__setattr__(self, "zone", program.zones[-1])

    def _zone_is_inherited(self, zone: Resource) -> bool:
        return getattr(zone, "project", None) is self.project

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        if self.zone is not None and not self.zone.holds_members:
            yield self.fault(f"zone is {self.zone.label}", "give it a FlowZone")
        elif self.zone is not None and self.zone.exists:
            # DSS keeps members in the zone, and this program would never write that one.
            name = self.zone.identity
            yield self.fault(
                f"its zone {name} is only referred to", f'write FlowZone("{name}", adopt=True)'
            )
        elif self.zone is not None and getattr(self.zone, "project", None) is not self.project:
            yield self.fault(f"its zone {self.zone.identity} is in another project")


class Referable(FlowObject):
    """A flow object that may also be only referred to."""

    flow_item = True

    @classmethod
    def existing(cls, name: str, *, project: Any = None) -> Self:
        """
        An object that this program uses and never writes: it is looked up by name.

        Args:
            name: Its name in DSS; it must be the only one of that name.
            project: The project it is in, or its key; left out, the program's own.
        """
        found: Self = existing(cls, name, project)
        return found
