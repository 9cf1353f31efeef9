"""What the engine may ask of a resource type."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol, TypeVar

from dssdsl.errors import DssError

from .live import Live
from .resource import Resource
from .values import Document

P = TypeVar("P")


class Provider(Protocol):
    """
    Reads and writes one kind of resource; one request to DSS changes something at most a method.

    `dss` is a session, `project` a project's key. What DSS refuses is raised as a DssdslError.
    """

    kind: str

    def list(self, dss: Any, project: str) -> Iterable[Live]:
        """All objects of the kind in the project, with their documents where the list has them."""

    def read(self, dss: Any, project: str, id: str) -> Live | None:
        """One object whole, or None if DSS does not have it."""

    def create(self, dss: Any, project: str, want: Document, resource: Resource) -> str:
        """Make the object, with as much of *want* as DSS takes at creation; give its id."""

    def update(
        self,
        dss: Any,
        project: str,
        id: str,
        before: Document,
        after: Document,
        resource: Resource | None,
    ) -> None:
        """Save *after*, which is *before* with what the program wants laid over it."""

    def delete(self, dss: Any, project: str, id: str, *, drop_data: bool) -> None:
        """Delete the object's definition, and its data if *drop_data*."""

    def rename(self, dss: Any, project: str, id: str, new: str) -> None:
        """Give the object another name; DSS rewrites what refers to it."""


MISFITS = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What becomes of an answer that is not of the form that DSS gives it."""


@contextlib.contextmanager
def making_sense(what: str) -> Iterator[None]:
    """
    Read what DSS answered; around a function, too.

    Raises:
        DssError: It is not what DSS answers: a host that is none, or something between that changes answers.
    """
    try:
        yield
    except MISFITS as error:
        raise DssError(
            f"what DSS answered about {what} makes no sense: {type(error).__name__}: {error}",
            fix="check that the stack's host is a DSS, with nothing before it that changes what it says; --debug shows more",
        ) from error


PROVIDERS: dict[str, Any] = {}


def provides(*kinds: str) -> Callable[[type[P]], type[P]]:
    """Register a class as the provider of *kinds*."""

    def register(cls: type[P]) -> type[P]:
        for name, method in inspect.getmembers(cls, inspect.isfunction):
            if next(iter(list(inspect.signature(method).parameters)[1:]), "") == "dss":
                setattr(cls, name, _careful(method, " or ".join(kinds).replace("_", " ")))
        for kind in kinds:
            PROVIDERS[kind] = cls()
        return cls

    return register


def _careful(method: Callable[..., Any], kind: str) -> Callable[..., Any]:
    """*method* of a provider, whose answers may make no sense."""

    @functools.wraps(method)
    def call(self: Any, dss: Any, project: str, *args: Any, **named: Any) -> Any:
        with making_sense(f"a {kind} of project {project}"):
            found = method(self, dss, project, *args, **named)
            return tuple(found) if inspect.isgenerator(found) else found

    return call
