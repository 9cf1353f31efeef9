"""Common to the objects of the Flow: datasets, folders, models, evaluation stores and recipes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Self

from pydantic import InstanceOf

from dssdsl.errors import ProgramError
from dssdsl.lang.fields import elsewhere, form
from dssdsl.lang.program import Program
from dssdsl.lang.project_resource import Taggable, existing
from dssdsl.lang.resource import Resource


class FlowObject(Taggable):
    """An object of the Flow, which can be in a zone."""

    zone: Annotated[
        InstanceOf[Resource] | None, elsewhere, form('a FlowZone, such as FlowZone("Sales")')
    ] = None
    """Its zone of the Flow. DSS puts the outputs of a recipe into the recipe's zone."""

    def _settle(self, program: Program) -> None:
        super()._settle(program)
        if self.zone is None and program.zones and self._zone_is_inherited(program.zones[-1]):
            object.__setattr__(self, "zone", program.zones[-1])

    def _zone_is_inherited(self, zone: Resource) -> bool:
        return getattr(zone, "project", None) is self.project

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        if self.zone is not None and not self.zone.holds_members:
            yield self.error(f"zone is {self.zone.label}", "give it a FlowZone")
        elif self.zone is not None and self.zone.exists:
            # DSS stores members in the zone, which this program does not write.
            name = self.zone.identity
            yield self.error(
                f"the program only refers to its zone {name}",
                f'write FlowZone("{name}", adopt=True)',
            )
        elif self.zone is not None and getattr(self.zone, "project", None) is not self.project:
            yield self.error(f"its zone {self.zone.identity} is in another project")


class AnyFlowItem(FlowObject):
    """An object of the Flow that a program can also refer to without managing it."""

    flow_item = True

    @classmethod
    def existing(cls, name: str, *, project: Any = None) -> Self:
        """
        Refer to an object that the program uses and does not manage.

        Args:
            name: Its name in DSS, which must be unique among the objects of its kind.
            project: Its project, or the key of that. By default the project of the program.
        """
        found: Self = existing(cls, name, project)
        return found
