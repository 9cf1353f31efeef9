"""Projects."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from dssdsl.dss.documents import live
from dssdsl.dss.session import Session
from dssdsl.dss.session import at as quoted
from dssdsl.errors import Denied, DssError, NotFound, ProgramError, Unseen
from dssdsl.lang.fields import at, checked_as, form, resets_to, unordered, unversioned
from dssdsl.lang.live import Live
from dssdsl.lang.model import OneOrMany, many
from dssdsl.lang.program import Program
from dssdsl.lang.provider import Creates, HasContents, Provider, SavesParts, provides
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Document, Initial

from .environments import code_env, container
from .naming import WHY, not_upper, upper


class Project(Resource):
    """
    A DSS project. Resources belong to the first project of the program unless they say otherwise.

    Resources that are declared inside ``with Project(...):`` belong to that project.
    """

    kind = "project"
    section = "project"
    order = 1
    family = "The project"
    contained = False
    identified_by = "key_"

    name: Annotated[str | None, at("metadata.label")] = None
    """The name that DSS shows. By default the key."""

    owner: Annotated[str | None, at("permissions.owner"), checked_as("user")] = None
    """The owner's login. By default a new project gets the ``owner`` of the stack, or the user of the API key."""

    short_desc: Annotated[str | None, at("metadata.shortDesc"), resets_to("")] = None
    """One line, which lists of projects show."""

    description: Annotated[str | None, at("metadata.description"), resets_to("")] = None
    """Longer text, in Markdown."""

    tags: Annotated[
        OneOrMany[str] | None, at("metadata.tags"), unordered, resets_to([]), form("strings")
    ] = None
    """Tags, which DSS sorts."""

    status: Annotated[str | None, at("settings.projectStatus"), checked_as("project_status")] = None
    """A project status of the instance, such as ``Sandbox``."""

    folder: Annotated[str | None, at("creation.projectFolderId"), unversioned] = None
    """Id of the project folder that holds the project, such as ``ROOT``; another one moves the project. Without it, the project stays where it is."""

    code_env: Annotated[
        str | None,
        at("settings.settings.codeEnvs.python"),
        checked_as("code_env"),
        resets_to({"mode": "INHERIT"}),
    ] = None
    """The default Python code env of the project: a name, ``INHERIT`` or ``USE_BUILTIN_MODE``."""

    container: Annotated[
        str | None,
        at("settings.settings.container"),
        checked_as("container"),
        resets_to({"containerMode": "INHERIT"}),
    ] = None
    """The default container configuration of the project: a name, ``INHERIT`` or ``NONE``."""

    git_commit_mode: Annotated[
        Literal["AUTO", "EXPLICIT"] | None, at("settings.settings.gitCommitMode"), resets_to("AUTO")
    ] = None
    """``AUTO``: DSS commits each change. ``EXPLICIT``: users commit."""

    disable_triggers: Annotated[
        bool | None, at("settings.settings.disableAutomaticTriggers"), resets_to(False)
    ] = None
    """Whether to keep the triggers of all scenarios of the project from firing."""

    naming: Literal["upper", "any"] | None = None
    """The names that datasets of the program can have: ``upper`` case only, or ``any``. By default, dssdsl warns of names that are not upper case: Snowflake stores names without quotes in upper case, so SQL must quote all others."""

    key_: Annotated[str, form('letters, digits and underscores, such as "SALES"')] = Field(
        alias="key", kw_only=False
    )
    """The project key. The stack may add a suffix to it."""

    hints: ClassVar[dict[str, str]] = {"project_key": 'the key comes first: Project("SALES", …)'}

    def _register(self, program: Program) -> None:
        super()._register(program)
        if program.keys.get(self.key) is self:
            program.projects.append(self)

    @property
    def identity(self) -> str:
        suffix = self._program.target.suffix if self._program is not None else ""
        return f"{self.key_}{suffix}" if self.key_ else ""

    @property
    def url(self) -> str:
        """The project's page in DSS."""
        return f"{self._program.target.host}/projects/{self.identity}/"

    def __enter__(self) -> Project:
        self._scope = self._program.within(self)
        self._scope.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._scope.__exit__(*error)

    _scope: Any = None

    def document(self) -> Document:
        out = super().document()
        out.setdefault("metadata", {})
        if self.code_env is not None:
            out["settings"]["settings"]["codeEnvs"]["python"] = code_env(self.code_env, "mode")
        if self.container is not None:
            out["settings"]["settings"]["container"] = container(self.container)
        if self.owner is None:
            # Only a creation needs an owner; the owner of an existing project stays.
            out["permissions"] = {"owner": Initial(self._program.target.owner)}
        out["metadata"].setdefault("label", Initial(self.identity))
        return out

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        if not re.fullmatch(r"[A-Za-z0-9_]+", self.identity):
            proposed = re.sub(r"[^A-Za-z0-9]+", "_", self.key_).strip("_").upper() or "SALES"
            yield ProgramError(
                f'"{self.identity}" cannot be a project key', at=self.source,
                fix=f'a key has letters, digits and underscores, such as "{proposed}"; name= takes any text',
            )  # fmt: skip
        if self.naming != "any":
            yield from self._check_names(program)

    def _check_names(self, program: Program) -> Iterator[ProgramError]:
        mine = [
            r
            for r in program.resources
            if r.kind == "dataset" and getattr(r, "project", None) is self and not r._faulty
        ]
        for line, datasets in not_upper(mine):
            first = datasets[0]
            more = f" and {len(datasets) - 1} more" if len(datasets) > 1 else ""
            called = f'{type(first).__name__} "{first.identity}"{more}'
            proposed = upper(first.identity)
            if self.naming is None:
                program.warn(
                    f'{called}: {WHY}; call it "{proposed}", or write naming="any" on the project',
                    at=line,
                )
            else:
                yield ProgramError(
                    f"{called}: the name is not upper case",
                    at=line,
                    fix=f'call it "{proposed}"; or write adopt=True if it exists in DSS, '
                    'or naming="any" on the project',
                )


PARTS = ("metadata", "settings", "permissions")


@provides("project")
class ProjectProvider(Provider, Creates, SavesParts, HasContents):
    """
    Projects: three documents of DSS as one, metadata, settings, and permissions (only the owner).

    A fourth part, ``creation``, has the id of the project folder. DSS has no document for it: it
    tells the folder of a project, and moves projects between folders, by calls of their own.
    """

    def list(self, dss: Session, project: str) -> Iterable[Live]:
        """The project itself, if the key can see it, without its documents: those take four requests."""
        for head in dss.projects:
            if head["projectKey"] == project:
                yield live(project, project, None, head)

    def read(self, dss: Session, project: str, id: str) -> Live | None:
        """The project's documents."""
        base = f"/projects/{quoted(project)}"
        try:
            metadata = dss.json("GET", f"{base}/metadata")
            settings = dss.json("GET", f"{base}/settings")
            permissions = dss.json("GET", f"{base}/permissions")
            head = dss.json("GET", base)
        except NotFound:
            return None
        document = {"metadata": metadata, "settings": settings, "permissions": permissions}
        # Without the folder, a plan that sets one has an update, which asks again and reports the refusal.
        with contextlib.suppress(Denied, NotFound):
            document["creation"] = {"projectFolderId": self._folder(dss, project)}
        return live(project, project, document, head)

    def _folder(self, dss: Session, project: str) -> str:
        """The id of the project folder that holds the project."""
        found = dss.json("GET", f"/project-folders/locate-project/{quoted(project)}")
        return str(found["id"])

    def create(self, dss: Session, project: str, want: Document, resource: Resource) -> str:
        """Create the project."""
        metadata = want.get("metadata", {})
        body = {
            "projectKey": project,
            "name": metadata.get("label") or project,
            "owner": want.get("permissions", {}).get("owner") or dss.login,
            "description": metadata.get("description"),
            "settings": None,
            "permissions": [],
            "tags": many(metadata.get("tags")),
        }
        try:
            dss.send(
                "POST",
                "/projects/",
                body,
                projectFolderId=want.get("creation", {}).get("projectFolderId"),
            )
        except DssError as error:
            if "already used" not in error.problem and "already exists" not in error.problem:
                raise
            # DSS lists only what the key can see, so the plan creates it.
            raise Unseen(
                f"project {project} exists already, and this key cannot see it",
                fix="ask its owner for access, use another key, or choose another project key",
            ) from None
        dss.forget_projects()
        return project

    def update(
        self,
        dss: Session,
        project: str,
        id: str,
        before: Document,
        after: Document,
        resource: Resource | None,
    ) -> None:
        """Move the project if its folder differs, and save each of the three documents that differs."""
        if after.get("creation") != before.get("creation"):
            here, there = self._folder(dss, project), after["creation"]["projectFolderId"]
            if here != there:
                path = f"/project-folders/{quoted(here)}/projects/{quoted(project)}/move"
                dss.send("POST", path, destination=there)
        for part in PARTS:
            if after.get(part) != before.get(part):
                dss.send("PUT", f"/projects/{quoted(project)}/{part}", after[part])

    def saves(self, before: Document, after: Document) -> int:
        """How many saves an update takes; a move to another folder makes no version."""
        return sum(after.get(part) != before.get(part) for part in PARTS)

    def delete(self, dss: Session, project: str, id: str, *, drop_data: bool) -> None:
        """Delete the project, and the data of its managed datasets and folders if *drop_data*."""
        dss.wait(
            dss.json(
                "DELETE",
                f"/projects/{quoted(project)}",
                clearManagedDatasets=drop_data,
                clearOutputManagedFolders=drop_data,
                clearJobAndScenarioLogs=True,
                wait=True,
            )
        )
        dss.forget_projects()

    def contents(self, dss: Session, project: str) -> Iterator[tuple[str, str, str]]:
        """
        Yield kind, id and label of everything in the project, except objects that DSS creates itself.

        DSS creates a default dashboard, the default zone and the files of an empty library.
        """
        base = f"/projects/{quoted(project)}"
        for kind, path, id_field, name_field in CONTENTS:
            for item in _items(dss, f"{base}/{path}"):
                id, name = str(item[id_field]), str(item.get(name_field) or item[id_field])
                own = (kind == "zone" and id == "default") or (
                    kind == "dashboard" and name.endswith("'s default dashboard")
                )
                if not own:
                    yield kind, id, f"{kind.replace('_', ' ')} {name}"
        queue = [("", item) for item in dss.json("GET", f"{base}/libraries/contents")]
        while queue:
            parent, item = queue.pop(0)
            path = f"{parent}{item['name']}"
            if item.get("children") is not None:
                queue += [(f"{path}/", child) for child in item["children"]]
            elif path != "external-libraries.json" and not path.startswith(".dataiku_framework/"):
                yield "library_file", path, f"library file {path}"


def _items(dss: Session, path: str) -> list[Document]:
    """The objects that DSS lists; none where its edition lacks the list, such as zones in the Community edition."""
    try:
        found: list[Document] = dss.json("GET", path)
    except NotFound:
        return []
    return found


CONTENTS = (
    ("dataset", "datasets/", "name", "name"),
    ("recipe", "recipes/", "name", "name"),
    ("managed_folder", "managedfolders/", "id", "name"),
    ("saved_model", "savedmodels/", "id", "name"),
    ("evaluation_store", "evaluationstores/", "id", "name"),
    ("scenario", "scenarios/", "id", "name"),
    ("zone", "flow/zones", "id", "name"),
    ("dashboard", "dashboards/", "id", "name"),
    ("insight", "insights/", "id", "name"),
    ("webapp", "webapps/", "id", "name"),
    ("notebook", "jupyter-notebooks/", "name", "name"),
)
"""(kind, path, field of the id, field of the name) of the objects that DSS lists in a project."""
