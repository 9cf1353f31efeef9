"""Files of a project's library, such as the Python modules that its recipes import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar
from urllib.parse import quote

from pydantic import Field

from dssdsl.dss.session import Session
from dssdsl.dss.session import at as quoted
from dssdsl.errors import DssError, NotFound, ProgramError
from dssdsl.lang.fields import at, form, may_be_empty
from dssdsl.lang.live import Live
from dssdsl.lang.program import Program
from dssdsl.lang.project_resource import ProjectResource
from dssdsl.lang.provider import Creates, Provider, Renames, provides
from dssdsl.lang.resource import Resource, text_of
from dssdsl.lang.values import Code, Document

from .python_code import check_python

OURS = ".dataiku_framework"
"""The folder of the library with the files that dssdsl keeps in DSS."""


class LibraryFile(ProjectResource):
    """A file of the project's library. Recipes can import modules below ``python/``."""

    kind = "library_file"
    section = plural = "library"
    order = 11
    family = "The project"
    renamable = True
    runs_code = True
    dated = False
    name_is_path = True
    identified_by = "path"
    hints: ClassVar[Mapping[str, str]] = {
        "code": 'did you mean "content"?',
        "source": 'write content=file("…")',
        "name": 'the path comes first: LibraryFile("python/dates.py", content=…)',
    }

    path: Annotated[str, form('a path such as "python/sales/dates.py"')] = Field(kw_only=False)
    """Its path in the library. dssdsl creates missing folders."""

    content: Annotated[Code, at("content"), may_be_empty, form('the text, or file("…")')]
    """Its text, or ``file("…")``."""

    def document(self) -> Document:
        return {"content": text_of(self.content)}

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        parts = self.path.split("/")
        if self.path.startswith("/"):
            yield self.error("the path begins with a slash", f'write "{self.path.lstrip("/")}"')
        elif not all(parts) or {".", ".."} & set(parts):
            yield self.error(
                "its path is not the path of a file", 'write one such as "python/sales/dates.py"'
            )
        elif parts[0] == OURS:
            yield self.error(f"{OURS} is the folder of dssdsl's own files", "choose another folder")
        for depth in range(1, len(parts)):
            other = program.keys.get(self.key.renamed("/".join(parts[:depth])))
            if other is not None:
                yield self.error(
                    f'"{other.identity}" is a library file of the program, so it cannot be a folder',
                    "choose another path for one of them",
                )
        if self.path.endswith(".py"):
            yield from check_python(self.content, self, program, field="content")


Tree = list[dict[str, Any]]


@provides("library_file")
class LibraryProvider(Provider, Creates, Renames):
    """Files of the library. DSS lists their names only."""

    def url(self, project: str, path: str = "", what: str = "contents") -> str:
        """The path of the library's tree, or of one file or folder in it."""
        base = f"/projects/{quoted(project)}/libraries/{what}"
        return f"{base}/{quote(path, safe='/')}" if path else base

    def tree(self, dss: Session, project: str) -> dict[str, bool]:
        """Every path in the library, and whether it is a file."""
        found: dict[str, bool] = {}

        def walk(nodes: Tree, above: str) -> None:
            for node in nodes:
                path = f"{above}{node['name']}"
                children = node.get("children")
                found[path] = children is None
                walk(children or [], f"{path}/")

        walk(dss.json("GET", self.url(project)), "")
        return found

    def list(self, dss: Session, project: str) -> Iterable[Live]:
        """All files of the library, except those of dssdsl."""
        for path, is_file in self.tree(dss, project).items():
            if is_file and not path.startswith(f"{OURS}/"):
                yield Live(path, path)

    def read(self, dss: Session, project: str, id: str) -> Live | None:
        """One file with its text, or None if it does not exist."""
        try:
            found = dss.json("GET", self.url(project, id))
        except NotFound:
            return None
        except DssError:
            # Some versions of DSS fail on a file that does not exist.
            if self.tree(dss, project).get(id):
                raise
            return None
        return Live(id, id, {"content": found.get("data") or ""})

    def create(self, dss: Session, project: str, want: Document, resource: Resource) -> str:
        """Write the file, after creating missing folders, and deleting a folder of its path that has no files."""
        path = resource.identity
        folders = path.split("/")[:-1]
        there = self.tree(dss, project)
        if there.get(path) is False:
            self._delete_empty(dss, project, path, there)
        for depth in range(1, len(folders) + 1):
            folder = "/".join(folders[:depth])
            if folder not in there:
                self._make_folder(dss, project, folder)
        self._write(dss, project, path, want)
        return path

    def _delete_empty(
        self, dss: Session, project: str, folder: str, there: Mapping[str, bool]
    ) -> None:
        files = [p for p, is_file in there.items() if is_file and p.startswith(f"{folder}/")]
        if files:
            raise DssError(
                f"the library has a folder {folder}, with {', '.join(files[:3])}",
                fix="choose another path, or move these files in DSS",
            )
        dss.send("DELETE", self.url(project, folder))

    def _make_folder(self, dss: Session, project: str, folder: str) -> None:
        try:
            dss.send("POST", self.url(project, folder, "folders"))
        except DssError:
            # Another worker may have created it for its own file.
            if folder not in self.tree(dss, project):
                raise

    def _write(self, dss: Session, project: str, path: str, document: Document) -> None:
        dss.send("POST", self.url(project, path), raw=document["content"].encode())

    def update(
        self,
        dss: Session,
        project: str,
        id: str,
        before: Document,
        after: Document,
        resource: Resource | None,
    ) -> None:
        """Overwrite the file."""
        self._write(dss, project, id, after)

    def rename(self, dss: Session, project: str, id: str, new: str) -> None:
        """Give the file another name in its folder, or move it to another one."""
        base = self.url(project, what="contents-actions")
        folder, _, name = id.rpartition("/")
        new_folder, _, new_name = new.rpartition("/")
        if new_name != name:
            dss.send("POST", f"{base}/rename/", {"oldPath": f"/{id}", "newName": new_name})
        if new_folder != folder:
            if new_folder not in self.tree(dss, project):
                self._make_folder(dss, project, new_folder)
            dss.send(
                "POST",
                f"{base}/move",
                {
                    "oldPath": f"/{folder}/{new_name}".replace("//", "/"),
                    "newPath": f"/{new_folder}",
                },
            )

    def delete(self, dss: Session, project: str, id: str, *, drop_data: bool) -> None:
        """Delete the file; the folder stays."""
        dss.send("DELETE", self.url(project, id))
