"""Permissions of projects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import InstanceOf, model_validator

from dssdsl.dss.documents import SharedProvider
from dssdsl.errors import ProgramError
from dssdsl.lang.fields import at, checked_as, form, keyed, laid_over, resets_to
from dssdsl.lang.model import OneOrMany, many
from dssdsl.lang.program import Program
from dssdsl.lang.project_resource import ProjectResource
from dssdsl.lang.provider import provides
from dssdsl.lang.resource import Part
from dssdsl.lang.values import Document


class Grant(Part):
    """Permissions of a group or a user. Those that are not set stay as they are, and are off in a new grant."""

    hints: ClassVar[Mapping[str, str]] = {
        "read": 'did you mean "read_project_content"?',
        "write": 'did you mean "write_project_content"?',
        "groups": "a Grant is for one group; write one for each",
        "users": "a Grant is for one user; write one for each",
    }

    group: Annotated[str | None, checked_as("group")] = None
    """The group; or set ``user``."""

    user: Annotated[str | None, checked_as("user")] = None
    """The user's login; or set ``group``."""

    admin: bool | None = None
    """Administer the project; includes all other permissions."""

    read_project_content: bool | None = None
    """Read the project; includes its dashboards."""

    write_project_content: bool | None = None
    """Change the project; includes reading it, its dashboards, and running scenarios."""

    export_datasets_data: bool | None = None
    """Download the data of datasets."""

    read_dashboards: bool | None = None
    """See the dashboards."""

    write_dashboards: bool | None = None
    """Create dashboards and change one's own."""

    moderate_dashboards: bool | None = None
    """Change all dashboards."""

    run_scenarios: bool | None = None
    """Run scenarios."""

    manage_dashboard_authorizations: bool | None = None
    """Choose the objects that dashboards can show."""

    manage_exposed_elements: bool | None = None
    """Share objects with other projects."""

    manage_additional_dashboard_users: bool | None = None
    """Choose users who see only the dashboards."""

    publish_to_data_collections: bool | None = None
    """Publish datasets to data collections."""

    share_to_workspaces: bool | None = None
    """Share objects to workspaces."""

    execute_app: bool | None = None
    """Run the project as an application."""

    @model_validator(mode="after")
    def _for_one(self) -> Self:
        if (self.group is None) == (self.user is None):
            raise ValueError("it needs either a group or a user")
        return self


class ProjectPermissions(ProjectResource):
    """
    Permissions of groups and users in the project. Grants that the program does not declare stay.

    With ``exclusive=["grants"]`` dssdsl removes them. The owner is a field of Project.
    """

    kind = "permissions"
    section = plural = "permissions"
    order = 3
    family = "The project"
    always_there = True
    hints: ClassVar[Mapping[str, str]] = {
        "name": "permissions have no name: ProjectPermissions(grants=[…])",
        "permissions": 'did you mean "grants"?',
        "owner": 'the owner is a field of Project: Project("SALES", owner="login")',
    }
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {"permissions.*": (resets_to(False),)}

    grants: Annotated[
        OneOrMany[InstanceOf[Grant]] | None,
        at("permissions"),
        keyed("group", "user"),
        laid_over,
        form('grants such as Grant(group="analysts", read_project_content=True)'),
    ] = None
    """The permissions of each group or user."""

    dashboard_users: Annotated[
        OneOrMany[str] | None,
        at("additionalDashboardUsers.users"),
        keyed("login"),
        laid_over,
        checked_as("user"),
        form("logins"),
    ] = None
    """Logins of users who can see the dashboards and nothing else."""

    def document(self) -> Document:
        out = super().document()
        if self.grants is not None:
            out["permissions"] = [grant.document(self) for grant in many(self.grants)]
        if self.dashboard_users is not None:
            users = [{"login": login} for login in many(self.dashboard_users)]
            out["additionalDashboardUsers"] = {"users": users}
        return out

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        whom = [
            f'{kind} "{getattr(grant, kind)}"'
            for grant in many(self.grants)
            for kind in ("group", "user")
            if getattr(grant, kind)
        ]
        for name in dict.fromkeys(n for n in whom if whom.count(n) > 1):
            yield self.error(f"there are two grants for {name}", "combine them into one Grant")


@provides("permissions")
class PermissionsProvider(SharedProvider):
    """Permissions, which every project has."""

    path = "permissions"
    rewritten = ("owner",)
    """Written with the project."""
