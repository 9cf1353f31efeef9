"""
What the engine asks of the provider of a kind.

Every provider lists, reads and updates (`Provider`). What only some kinds need is an ability of its
own: a protocol that a provider names among its bases, and that the engine asks for with `able`.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from abc import abstractmethod
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from typing import Any, ClassVar, Protocol, TypeVar, runtime_checkable

from dssdsl.errors import MISFITS, DssError

from .live import Live
from .resource import Resource
from .values import Document

A = TypeVar("A")


class Provider(Protocol):
    """
    Reads and writes the objects of one kind.

    In every method `dss` is a session and `project` the key of a project. A method sends at most one
    request that changes something, so that the engine can note it before and after. What DSS refuses
    is raised as a DssdslError.

    A kind whose objects DSS keeps as one JSON document needs no more than this, for
    `dssdsl.dss.documents.DocumentProvider` does the rest:

        @provides("dashboard")
        class DashboardProvider(DocumentProvider):
            path = "dashboards"
            id_field = "id"

            def create(self, dss, project, want, resource):
                return dss.json("POST", self.url(project), want)["id"]
    """

    kind: ClassVar[str]
    """The kind, as `provides` sets it."""
    rewritten: ClassVar[tuple[str, ...]] = ()
    """Fields that DSS changes when other objects are written: a change of them is not a conflict."""

    @abstractmethod
    def list(self, dss: Any, project: str) -> Iterable[Live]:
        """All objects of the kind in the project, with their documents where the list has them."""

    @abstractmethod
    def read(self, dss: Any, project: str, id: str) -> Live | None:
        """One object with its whole document, or None if DSS does not have it."""

    @abstractmethod
    def update(
        self,
        dss: Any,
        project: str,
        id: str,
        before: Document,
        after: Document,
        resource: Resource | None,
    ) -> None:
        """
        Save the document of an object.

        Args:
            dss: The session.
            project: The key of the project.
            id: The object's id.
            before: The document that DSS has.
            after: The same document with what the program sets.
            resource: The resource; None if the program does not declare it any more.
        """


P = TypeVar("P", bound=Provider)


@runtime_checkable
class Creates(Protocol):
    """
    Creates and deletes objects: every kind but those that each project has exactly one of.

        def create(self, dss, project, want, resource):
            return dss.json("POST", self.url(project), {"name": resource.identity})["id"]

        def delete(self, dss, project, id, *, drop_data):
            dss.send("DELETE", self.url(project, id))
    """

    @abstractmethod
    def create(self, dss: Any, project: str, want: Document, resource: Resource) -> str:
        """Create the object with as much of *want* as DSS takes at creation, and return its id; an update follows."""

    @abstractmethod
    def delete(self, dss: Any, project: str, id: str, *, drop_data: bool) -> None:
        """Delete the object, and its data if *drop_data*."""


@runtime_checkable
class Renames(Protocol):
    """
    Renames objects in place: the kinds that are `renamable`.

        def rename(self, dss, project, id, new):
            dss.send("POST", self.url(project, id) + "/rename", {"newName": new})
    """

    @abstractmethod
    def rename(self, dss: Any, project: str, id: str, new: str) -> None:
        """Give the object another name; DSS rewrites what refers to it."""


@runtime_checkable
class SavesParts(Protocol):
    """
    Saves a document in several requests, each of which DSS counts as a version of its own.

        def saves(self, before, after):
            return sum(after.get(part) != before.get(part) for part in ("metadata", "settings"))
    """

    @abstractmethod
    def saves(self, before: Document, after: Document) -> int:
        """How many versions an update from *before* to *after* makes; without this ability, one."""


@runtime_checkable
class Detects(Protocol):
    """
    Detects columns where the program declares none: the kinds that have columns.

        def detect(self, dss, project, id):
            return dss.wait(dss.json("POST", self.url(project, id) + "/detect"))["newSchema"]

        def set_schema(self, dss, project, id, schema):
            dss.json("PUT", self.url(project, id) + "/schema", schema)
    """

    @abstractmethod
    def detect(self, dss: Any, project: str, id: str) -> Document | None:
        """The schema of what is there, or None where DSS cannot tell; nothing is saved."""

    @abstractmethod
    def set_schema(self, dss: Any, project: str, id: str, schema: Document) -> None:
        """Save a schema that was detected."""


@runtime_checkable
class Propagates(Protocol):
    """
    Sets the columns of what it writes, as DSS computes them: recipes.

        def propagate(self, dss, project, id, declared, recreate):
            found = dss.json("GET", self.url(project, id) + "/schema-update")["computables"]
            return [self.save(dss, one) for one in found if one["datasetName"] not in declared]
    """

    @abstractmethod
    def propagate(
        self,
        dss: Any,
        project: str,
        id: str,
        declared: Collection[str] = (),
        recreate: Callable[[str], bool] = lambda _: False,
    ) -> Collection[str]:
        """
        Set the columns of the outputs that have other ones.

        Args:
            dss: The session.
            project: The key of the project.
            id: The recipe.
            declared: Outputs whose columns the program declares, which are left alone.
            recreate: Whether DSS may drop and create again the table of an output, by its name.

        Returns:
            The outputs whose columns were set.
        """


@runtime_checkable
class KeepsData(Protocol):
    """
    Says where an object keeps its data: the kinds for which DSS derives that from the name.

    A rename does not move data, so a name that is used again stands for a place that is in use.

        def place(self, project, document):
            return (document["params"]["connection"], document["params"]["path"])

        def elsewhere(self, document, number):
            params = document["params"]
            return {**document, "params": {**params, "path": f"{params['path']}_{number}"}}
    """

    @abstractmethod
    def place(self, project: str, document: Document) -> Hashable:
        """Where the data is; None where the document does not say it."""

    @abstractmethod
    def elsewhere(self, document: Document, number: int) -> Document:
        """Copy a document with another place, which *number* tells from others."""


@runtime_checkable
class HasContents(Protocol):
    """
    Lists what else is in an object that is about to be deleted: projects.

        def contents(self, dss, project):
            for head in dss.json("GET", f"/projects/{project}/datasets/"):
                yield "dataset", head["name"], f"dataset {head['name']}"
    """

    @abstractmethod
    def contents(self, dss: Any, project: str) -> Iterable[tuple[str, str, str]]:
        """Everything in the project, as (kind, id, label), except objects that DSS creates itself."""


def able(provider: Provider, ability: type[A]) -> A:
    """
    *provider*, as one with an optional ability.

    Raises:
        TypeError: It lacks the ability. A plan asks only for what the facts of its kind allow, so this is a bug.
    """
    if not isinstance(provider, ability):
        raise TypeError(f"{type(provider).__name__} lacks the ability {ability.__name__}")
    return provider


@contextlib.contextmanager
def making_sense(what: str) -> Iterator[None]:
    """
    Turn errors from reading a response of DSS into a DssError; also a decorator.

    Raises:
        DssError: The response is not one of DSS's: the host is not a DSS, or a proxy changed it.
    """
    try:
        yield
    except MISFITS as error:
        raise DssError(
            f"unexpected response from DSS for {what}: {type(error).__name__}: {error}",
            fix="check that the stack's host is a DSS, and that no proxy changes its responses; --debug shows more",
        ) from error


PROVIDERS: dict[str, Provider] = {}
"""The provider of each kind that is loaded."""


def provides(kind: str) -> Callable[[type[P]], type[P]]:
    """Register a class as the provider of *kind*; an answer of DSS that its methods cannot read is a DssError."""

    def register(cls: type[P]) -> type[P]:
        for name, method in inspect.getmembers(cls, inspect.isfunction):
            if next(iter(list(inspect.signature(method).parameters)[1:]), "") == "dss":
                setattr(cls, name, _careful(method, kind.replace("_", " ")))
        cls.kind = kind
        PROVIDERS[kind] = cls()
        return cls

    return register


def _careful(method: Callable[..., Any], kind: str) -> Callable[..., Any]:
    """*method* of a provider, with a DssError where it cannot read an answer."""

    @functools.wraps(method)
    def call(self: Any, dss: Any, project: str, *args: Any, **named: Any) -> Any:
        with making_sense(f"a {kind} of project {project}"):
            found = method(self, dss, project, *args, **named)
            return tuple(found) if inspect.isgenerator(found) else found

    return call
