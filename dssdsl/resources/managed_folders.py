"""Managed folders: files in a connection, which recipes read and write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from dssdsl.dss.documents import DocumentProvider
from dssdsl.dss.session import Session
from dssdsl.dss.session import at as quoted
from dssdsl.lang.fields import (
    at,
    checked_as,
    create_only,
    form,
    keyed,
    listed,
    moves_data,
    resets_to,
)
from dssdsl.lang.model import OneOrMany
from dssdsl.lang.provider import Renames, provides
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Document, Initial, Output

from .datasets.columns import Dimension
from .flow import AnyFlowItem

CONNECTION, PATH = "filesystem_folders", "/${projectKey}/${odbId}"


class ManagedFolder(AnyFlowItem):
    """A folder of files in a connection. DSS generates its id; programs and code use its name."""

    kind = "managed_folder"
    section = "folders"
    order = 5
    family = "The Flow"
    id_is_made_up = True
    holds_data = True
    renamable = True
    object_type = "MANAGED_FOLDER"
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {"type": (create_only,)}

    name: Annotated[str, at("name")] = Field(kw_only=False)
    """Its name, which programs and the project's code refer to it by."""

    connection: Annotated[
        str | None, at("params.connection"), checked_as("connection"), moves_data
    ] = None
    """The connection that stores the files. By default a new folder is in ``filesystem_folders``."""

    path: Annotated[str | None, at("params.path"), moves_data] = None
    """The path, relative to the connection's root. By default ``/${projectKey}/${odbId}`` for a new folder."""

    partitioning: Annotated[
        OneOrMany[Dimension] | None,
        at("partitioning.dimensions"),
        keyed("name"),
        listed,
        resets_to([]),
        form('TimeDimension("day") or ValueDimension("country"), or a list of them'),
    ] = None
    """The dimensions of its partitions."""

    @property
    def id(self) -> Output:
        """The id, which DSS generates."""
        return Output(self, "id")

    def document(self) -> Document:
        out = super().document()
        params = out.setdefault("params", {})
        params.setdefault("connection", Initial(CONNECTION))
        params.setdefault("path", Initial(PATH))
        return out


@provides("managed_folder")
class ManagedFolderProvider(DocumentProvider, Renames):
    """Reads and writes managed folders."""

    path = "managedfolders"
    whole_by = "params"
    id_field = "id"

    def create(self, dss: Session, project: str, want: Document, resource: Resource) -> str:
        """Create the folder; DSS takes its type from the connection."""
        params = want.get("params", {})
        body = {
            "name": resource.identity,
            "projectKey": project,
            "type": None,
            "params": {
                "connection": params.get("connection") or CONNECTION,
                "path": params.get("path") or PATH,
            },
        }
        made: str = dss.json("POST", self.url(project), body)["id"]
        return made

    def delete(self, dss: Session, project: str, id: str, *, drop_data: bool) -> None:
        """Delete the folder, and its files if *drop_data*."""
        dss.json("DELETE", self.url(project, id), dropData=drop_data)

    def rename(self, dss: Session, project: str, id: str, new: str) -> None:
        """Rename the folder. Its id stays, and so does everything that refers to it."""
        dss.send(
            "POST",
            f"/projects/{quoted(project)}/actions/renameManagedFolder",
            {"id": id, "newName": new},
        )
