"""The base of every resource, and the parts that resources are made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, ClassVar, Literal

from pydantic import InstanceOf

from dssdsl.errors import ProgramError

from .declared import Declared
from .fields import Fact, Shape, at, checked_as, form, refers_to, shape_of
from .model import Model, OneOrMany, Options, camel, many
from .near import did_you_mean
from .paths import WrongShape, nowhere, put_in, send_once, split
from .program import Program
from .values import (
    IN_TEXT,
    NOT_IN_TEXT,
    Code,
    Document,
    File,
    Ref,
    Text,
    credential,
    secret_in_text,
    unfit,
)


class Part(Model):
    """A value inside a resource: a column, an aggregation, a step, a trigger."""

    _is_part: ClassVar[bool] = True

    def document(self, owner: Resource) -> Any:
        """Its JSON in DSS: each field that is set, under DSS's name."""
        out: Document = {}
        for name, info in type(self).model_fields.items():
            if name in self.model_fields_set:
                path = next(
                    (m.paths[0] for m in info.metadata if isinstance(m, at)),
                    camel(info.alias or name),
                )
                put(out, path, encode(getattr(self, name), owner))
        return out


def facts_in(metadata: Iterable[Any]) -> set[Fact]:
    """The facts among a field's metadata."""
    return {item for item in metadata if isinstance(item, Fact)}


def _is_shared(place: Shape) -> bool:
    """Whether entries of others stay in a place: only then can it be made exclusive."""
    return Fact.OPEN in place.facts or ("*" in place.children and Fact.CLOSED not in place.facts)


def _inside(path: str, value: Any) -> Iterator[str]:
    """A path, and those below it that *value* sets."""
    yield path
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _inside(f"{path}.{name}", inner)


def put(document: Document, path: str, value: Any) -> None:
    """Put *value* at the dotted *path* of *document*."""
    *parents, last = path.split(".")
    for name in parents:
        document = document.setdefault(name, {})
    document[last] = value


def encode(value: Any, owner: Resource) -> Any:
    """Write a field's value as DSS's JSON, with references for what is not known yet."""
    if isinstance(value, Part):
        return value.document(owner)
    if isinstance(value, Resource):
        return Ref(value, owner)
    if isinstance(value, (list, tuple)):
        return [encode(v, owner) for v in value]
    if isinstance(value, Mapping):
        return {k: encode(v, owner) for k, v in value.items()}
    if isinstance(value, File):
        return Text(value.text, value.relative)
    return value


def text_of(code: Code) -> Text:
    """The text of code, with the file it came from."""
    return Text(code.text, code.relative) if isinstance(code, File) else Text(code)


@cache
def _facts_of_names(cls: type[Model]) -> tuple[tuple[str, tuple[checked_as | refers_to, ...]], ...]:
    """The fields that can hold names, or parts that do, with their facts."""
    found = []
    for name, info in cls.model_fields.items():
        facts = tuple(item for item in info.metadata if isinstance(item, (checked_as, refers_to)))
        if facts or (name not in Options and "InstanceOf" in str(info.annotation)):
            found.append((name, facts))
    return tuple(found)


def naming(model: Model) -> Iterator[tuple[checked_as | refers_to, Any]]:
    """Yield the names in the fields of *model* and of its parts, each with the fact that says what it names."""
    for name, facts in _facts_of_names(type(model)):
        for value in many(getattr(model, name)):
            for fact in facts:
                yield fact, value
            if isinstance(value, Part):
                yield from naming(value)


class Resource(Declared):
    """Something that a program declares to exist in DSS."""

    read_with_kind: ClassVar[bool] = True
    """Whether objects of its kind can't be read without it; False where another class of the kind says enough."""
    computes_schema: ClassVar[bool] = False
    """Whether DSS can work out the columns of what it writes."""
    _options: ClassVar[tuple[str, ...]] = Options
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {}
    """What is known of places inside the document that are no field of their own."""

    depends_on: Annotated[
        OneOrMany[InstanceOf[Resource]], form("resources that must be there first")
    ] = ()
    """Resources that must exist first, in addition to those that its fields refer to."""

    protect: bool = False
    """Refuse every plan that would delete or replace it."""

    retain_on_delete: bool = False
    """When the program drops it, remove it from the state and leave it in DSS."""

    ignore_changes: OneOrMany[str] = ()
    """Set these fields at creation and leave them alone afterwards; on an existing object, from now on. Also parts of them, and paths in DSS's JSON: ``columns[day].comment``, ``standard.last_run``."""

    exclusive: OneOrMany[str] = ()
    """For a mapping or list that is shared with others, such as grants or variables: remove the entries that the program doesn't declare."""

    renamed_from: OneOrMany[str] = ()
    """Its previous name, or all of them, oldest first: dssdsl renames it in place, with data and history. The name may be used again."""

    adopt: bool | str | None = None
    """Whether to adopt an object that exists. Not set: if it equals the program. True: also if it differs. False: never. An id: adopt that object."""

    raw: Mapping[str, Any] = {}
    """Any other setting, by its path in DSS's JSON: ``{"flowOptions.virtualizable": true}``. Items of lists by position or by what identifies them: ``metrics.probes[1].enabled``. A field of the class can't be set this way."""

    @property
    def names_done(self) -> list[str]:
        """Its former names, as the state records them once it is deployed: renames from these are done."""
        return list(many(self.renamed_from))

    @property
    def displaces(self) -> bool:
        """Whether it takes its name from another object, which is deleted: a rollback can tell."""
        return False

    def due_names(self, done: Collection[str]) -> list[str]:
        """The former names from which a rename may be left to do, oldest first."""
        return [name for name in many(self.renamed_from) if name not in done]

    @classmethod
    @cache
    def shape(cls) -> Shape:
        """What is known of the places in its document."""
        fields = {
            (info.alias or name): info.metadata
            for name, info in cls.model_fields.items()
            if name not in Options
        }
        return shape_of(fields, cls.places)

    @classmethod
    @cache
    def _plain_fields(cls) -> tuple[tuple[str, str, bool], ...]:
        return tuple(
            (
                name,
                item.paths[0],
                bool({Fact.LISTED, Fact.UNORDERED} & set(facts_in(info.metadata))),
            )
            for name, info in cls.model_fields.items()
            for item in info.metadata
            if isinstance(item, at) and len(item.paths) == 1
        )

    def document(self) -> Document:
        """
        Its document for DSS: each field that is set, at its place.

        Subclasses add fields that take more than one place.
        """
        out: Document = {}
        for name, path, as_list in self._plain_fields():
            if name in self.model_fields_set:
                value = getattr(self, name)
                put(out, path, encode(many(value) if as_list else value, self))
        return out

    def wanted(self) -> Document:
        """The document that the program wants, with its options applied; computed once."""
        if self._document is None:
            try:
                document = self.document()
                for path, value in self.raw.items():
                    put_in(document, path, encode(value, self), self.shape())
                for path in many(self.ignore_changes):
                    for parts in self.ways(path):
                        self._leads_somewhere(document, path, parts)
                        send_once(document, parts, self.shape())
                problem = unfit(document)
            except RecursionError:
                problem = "a value is nested too deeply, or holds itself"
            except WrongShape as error:
                raise self.error(
                    f"raw={{}}: {error}", "raw sets what DSS's own document has, by its path there"
                ) from None
            if problem:
                raise self.error(
                    problem,
                    "give what DSS keeps: strings, numbers, true or false, and lists and maps of them",
                )
            if variable := secret_in_text([self.identity, document]):
                raise self.error(IN_TEXT.format(variable), NOT_IN_TEXT.format(variable))
            if place := credential(document):
                raise self.error(
                    f"{place} is a credential in plain text",
                    f'write Secret.env("{place.rpartition(".")[2].upper()}"), and set that variable where you deploy',
                )
            self._document = document
        return self._document

    def _leads_somewhere(self, document: Document, path: str, parts: list[str]) -> None:
        """Refuse a path of ``ignore_changes`` into what the program sets, where that has no such part."""
        inner = document.get(parts[0])
        if inner and (lost := nowhere(inner, parts[1:], self.shape().child(parts[0]))):
            part, known = lost
            raise self.error(
                f'ignore_changes names "{path}", and there is no "{part}" there',
                did_you_mean(part.strip("[]"), [name.strip("[]") for name in known])
                or (
                    f"it has {', '.join(known)}"
                    if known
                    else "the value is compared as a whole: name all of it"
                ),
            )

    @classmethod
    @cache
    def paths_of(cls, field: str) -> tuple[str, ...]:
        """The places in the document that *field* fills."""
        attribute = cls.public_names().get(field)
        if attribute is None:
            return ()
        return tuple(
            p for m in cls.model_fields[attribute].metadata if isinstance(m, at) for p in m.paths
        )

    @classmethod
    def ways(cls, path: str) -> list[list[str]]:
        """The paths in the document that an entry of ``ignore_changes`` names: a field, a part of one, or a path of DSS."""
        name, *rest = split(path) or [""]
        return [[*split(place), *rest] for place in cls.paths_of(name) or (name,)]

    def ignored(self) -> list[str]:
        """The pointers of the places that ``ignore_changes`` names."""
        return [
            send_once(self.wanted(), parts, self.shape())
            for path in many(self.ignore_changes)
            for parts in self.ways(path)
        ]

    def _check_options(self) -> Iterator[ProgramError]:
        """Yield an error for each field that ``ignore_changes`` or ``exclusive`` names and that is not there."""
        named = [
            (o, field) for o in ("ignore_changes", "exclusive") for field in many(getattr(self, o))
        ]
        if not named:
            return
        cls = type(self)
        known = [name for name in cls.public_names() if cls.paths_of(name)]
        tops = {
            split(path)[0] for path in (*self.raw, *(p for n in known for p in cls.paths_of(n)))
        }
        for option, field in named:
            first, *rest = split(field) or [""]
            inside = option == "ignore_changes" and rest and first in {*known, *tops}
            if not (inside or cls.paths_of(field)):
                yield self.error(
                    f'{option} names "{field}", which {cls.__name__} does not have',
                    did_you_mean(first, known),
                )

    def check(self, program: Program) -> Iterator[ProgramError]:
        """Yield the errors that only the whole program shows."""
        cls = type(self)
        yield from self._check_options()
        for field in many(self.exclusive):
            places = [cls.shape().place(path) for path in cls.paths_of(field)]
            if places and not any(_is_shared(place) for place in places):
                yield self.error(
                    f'exclusive names "{field}", which is the program\'s alone already',
                    "leave it out: a list that a program sets is owned whole",
                )
        former = many(self.renamed_from)
        if former and not self.renamable:
            yield self.error(
                f"a {self.kind.replace('_', ' ')} cannot be renamed in DSS",
                "take renamed_from away; its title is free to change",
            )
        elif self.identity in former:
            yield self.error(
                "it is renamed from its own name", "write its former names, without this one"
            )
        for other in program.resources if former else ():
            mine = (other.kind, other.key.project) == (self.kind, self.key.project)
            both = set(former) & set(many(other.renamed_from)) if mine else set()
            if both and self.key < other.key:
                yield self.error(
                    f'it is renamed from "{min(both)}", and so is {other.label} at {other.source}',
                    "only one of them can be that object: remove renamed_from from the other",
                )
        if not self.raw:
            return
        modelled = {
            path: name
            for name in cls.public_names()
            if name not in Options
            for path in cls.paths_of(name)
        }
        for path in [inner for raw, value in self.raw.items() for inner in _inside(raw, value)]:
            if path in modelled:
                yield self.error(
                    f'raw sets {path}, which is the field "{modelled[path]}"',
                    f"write {modelled[path]}=… instead",
                )

    def uses(self) -> Iterator[tuple[str, str]]:
        """Yield what it and its parts name outside projects: connections, code envs, containers, users, …"""
        for fact, value in naming(self):
            if isinstance(fact, checked_as) and isinstance(value, str):
                yield fact.what, value

    def mentions(self) -> Iterator[tuple[str, Resource | str]]:
        """Yield the kinds and names of what it and its parts refer to and do not need."""
        for fact, value in naming(self):
            if isinstance(fact, refers_to) and isinstance(value, (Resource, str)):
                yield fact.kind, value

    def refs(self, side: Literal["inputs", "outputs"]) -> list[Ref]:
        """References to what it reads, or writes."""
        return []

    @property
    def adopted(self) -> bool:
        """Whether the program says that it may exist in DSS already, as it is."""
        return bool(self.adopt) or bool(getattr(getattr(self, "project", None), "adopt", None))

    def unless_adopted(self, found: ProgramError, program: Program) -> Iterator[ProgramError]:
        """Yield an error; warn instead of an object that may exist as it is: somebody runs it so, or has switched it off."""
        if self.adopted:
            program.warn(found.problem, at=found.at)
        else:
            yield found

    def needs(self) -> Iterator[Resource]:
        """Yield the resources that it needs beside those that its document refers to."""
        yield from many(self.depends_on)
