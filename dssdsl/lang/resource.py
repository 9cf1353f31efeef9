"""What every resource is, and the parts that resources are made of."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, TypeAlias, TypeVar, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, InstanceOf, PrivateAttr, ValidationError

from dssdsl.errors import ProgramError

from .fields import Fact, Shape, at, checked_as, form, resets_to, shape_of, unordered
from .program import Program, current
from .values import Code, Document, File, Initial, Output, Ref, Secret, Text

T = TypeVar("T")
OneOrMany: TypeAlias = T | Sequence[T]
"""A list, or one item of it; a plain string is one item, never its letters."""

SYNONYMS = {
    "database": "catalog",
    "input": "inputs",
    "output": "outputs",
    "source": "inputs",
    "target": "outputs",
    "group_by": "keys",
    "by": "keys",
    "how": "type",
    "aggs": "aggregations",
    "code_file": "code=file(...)",
    "script": "code",
    "env": "code_env",
    "cron": "triggers=[Daily(...)]",
    "schedule": "triggers=[Daily(...)]",
    "label": "name",
    "title": "name",
    "display_name": "name",
    "file_path": "path",
    "partition_by": "partitioning",
    "partitioned_by": "partitioning",
    "hour": "at",
    "time": "at",
    "mode": "job_type",
    "fields": "columns",
    "schema": "columns",
}
CREDENTIALS = ("password", "user", "username", "token", "secret", "api_key", "access_key", "host", "port")


def many(value: Any) -> list[Any]:
    """A list of what may be one item, several, or nothing."""
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def camel(name: str) -> str:
    """DSS's spelling of a field's name."""
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


class Model(BaseModel):
    """
    A value that a program writes.

    Making one never raises: what is wrong with it is noted with file and line, and the value
    stands in for what was meant, so that one run shows all faults.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True, strict=True, extra="forbid", defer_build=True
    )
    hints: ClassVar[Mapping[str, str]] = {}
    """What to write instead of a word that this class does not take."""
    _spoilt: ClassVar[bool] = False
    """Whether something was wrong with it, so that what it lacks may have been meant."""

    def __init__(self, *args: Any, **fields: Any) -> None:
        program = current()
        before = program.told
        values, hints = self._named(args, fields)
        try:
            super().__init__(**values)
        except ValidationError as error:
            self._explain(error, values, hints)
            self._stand_in(values)
        except ProgramError as error:
            program.fault(error.problem, at=error.at, fix=error.fix)
            self._stand_in(values)
        if program.told > before:
            object.__setattr__(self, "_spoilt", True)

    @classmethod
    @cache
    def public_names(cls) -> dict[str, str]:
        """The names that a program writes, each with the attribute's name."""
        return {(info.alias or name): name for name, info in cls.model_fields.items()}

    @classmethod
    @cache
    def positional(cls) -> tuple[str, ...]:
        """The fields that may be given without their name, in order."""
        return tuple(n for n, a in cls.public_names().items() if cls.model_fields[a].kw_only is False)

    def _named(self, args: tuple[Any, ...], fields: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """The values by name, and the hints that were given for those that are none of ours."""
        cls = type(self)
        names = cls.positional()
        hints = []
        if len(args) > len(names):
            takes = f"only {' and '.join(names)}" if names else "nothing"
            hints.append(self._keywords())
            current().fault(f"{self._called(args)} takes {takes} without a name", fix=hints[0])
        for name, value in zip(names, args, strict=False):
            if name in fields:
                current().fault(f"{self._called(args)}: {name} is given twice", fix=f"leave {name}= out: it stands first already")
            fields[name] = value
        known_names = cls.public_names()
        unknown: dict[str, list[str]] = {}
        for name in [n for n in fields if n not in known_names]:
            unknown.setdefault(self._instead(name, fields), []).append(f'"{name}"')
        for hint, wrong in unknown.items():
            called = self._called(args or tuple(fields[n] for n in names[:1] if n in fields))
            current().fault(f"{called} has no field {' or '.join(wrong)}", fix=hint)
            hints.append(hint)
        return {name: value for name, value in fields.items() if value is not None and name in known_names}, hints

    def _keywords(self) -> str:
        taken = (*type(self).positional(), *Options, "project")
        rest = [n for n in type(self).public_names() if n not in taken]
        return f"write the rest as keywords: {', '.join(f'{n}=' for n in rest[:4])}…"

    def _called(self, args: tuple[Any, ...]) -> str:
        cls = type(self).__name__
        return f'{cls} "{args[0]}"' if args and isinstance(args[0], str) else cls

    def _instead(self, name: str, given: Mapping[str, Any]) -> str:
        """What to write for *name*, which is no field."""
        cls = type(self)
        names = cls.public_names()
        if name in cls.hints:
            return cls.hints[name]
        synonym = SYNONYMS.get(name, "")
        meant = synonym.partition("=")[0]
        if meant not in names:
            if name in CREDENTIALS and "connection" in names:
                return "credentials live in the DSS connection; name it with connection="
            close = difflib.get_close_matches(name, names, n=1, cutoff=NEAR)
            meant = synonym = close[0] if close else _snake(name)
        if meant not in names:
            own = [n for n in names if n not in (*Options, *cls.positional(), "project")]
            return f"it has {', '.join([*cls.positional(), *own])}"
        if meant in given:
            return f"{meant} is there already: keep one of them"
        return f'did you mean "{synonym}"?'

    def _explain(self, error: ValidationError, values: Mapping[str, Any], hints: Sequence[str]) -> None:
        cls = type(self)
        first = cls.positional()[:1]
        called = self._called(tuple(values[n] for n in first if n in values))
        told: set[str] = set()
        for one in error.errors(include_url=False):
            name = str(one["loc"][0]) if one["loc"] else ""
            if name in told:
                continue
            told.add(name)
            if one["type"] == "missing":
                # A hint that says where it belongs has told already that it is not there.
                if not any(f"{name}=" in h or f'"{name}"' in h or f"{cls.__name__}(" in h for h in hints):
                    current().fault(f'{called} needs "{name}"', fix=self._missing_hint(name, values))
            elif name == "":
                current().fault(f"{called}: {one['msg'].removeprefix('Value error, ')}")
            else:
                self._wrong(called, name, values.get(name), error)

    def _missing_hint(self, name: str, values: Mapping[str, Any]) -> str:  # noqa: ARG002 - for subclasses
        takes = self._form(name)
        if name == "name" and name in type(self).positional():
            return f'it comes first: {type(self).__name__}("NAME", …)'
        return f"add {name}=…" + (f": {takes}" if takes else "")

    def _form(self, name: str) -> str | None:
        cls = type(self)
        attribute = cls.public_names().get(name)
        if attribute is None:
            return None
        for item in cls.model_fields[attribute].metadata:
            if isinstance(item, form):
                return item.text
            if isinstance(item, checked_as) and item.what in CHECKED:
                return CHECKED[item.what]
        return _words(cls.model_fields[attribute].annotation)

    def _wrong(self, called: str, name: str, value: Any, error: ValidationError) -> None:
        said = next(
            (e["msg"] for e in error.errors(include_url=False) if e["loc"][:1] == (name,) and e["type"] == "value_error"),
            None,
        )
        if said is not None:
            problem, _, hint = said.removeprefix("Value error, ").partition(" | ")
            current().fault(f"{called}: {name} {problem}", fix=hint or None)
            return
        takes = self._form(name)
        fix = f"{name} takes {takes}" if takes else None
        tokens = _tokens(type(self).model_fields[type(self).public_names()[name]].annotation)
        found = _wrong_words(value, tokens)
        for place, word in found:
            near = nearest(word, tokens)
            current().fault(f'{called}: {name}{place} cannot be "{word}"', fix=f'did you mean "{near}"?' if near else fix)
        if not found:
            current().fault(f"{called}: {name} cannot be {short(value)}", fix=fix)

    def _stand_in(self, values: Mapping[str, Any]) -> None:
        """Make the object usable as a reference, though it is not valid."""
        cls = type(self)
        known = {a: values[n] for n, a in cls.public_names().items() if n in values}
        defaults = {n: f.get_default(call_default_factory=True) for n, f in cls.model_fields.items() if not f.is_required()}
        missing = {n: None for n, f in cls.model_fields.items() if f.is_required()}
        object.__setattr__(self, "__dict__", {**missing, **defaults, **known})
        object.__setattr__(self, "__pydantic_fields_set__", set(known))
        object.__setattr__(self, "__pydantic_extra__", None)
        private = {n: a.get_default() for n, a in cls.__private_attributes__.items()}
        object.__setattr__(self, "__pydantic_private__", private or None)

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__


def _wrong_words(value: Any, tokens: Sequence[str]) -> list[tuple[str, str]]:
    """The words in *value* that are none of *tokens*, each with where it is; none where *value* is no such thing at all."""
    if isinstance(value, Mapping):
        words = {f' "{key}"': word for key, word in value.items()}
    elif isinstance(value, (list, tuple)):
        words = {f" {n + 1}" if len(value) > 1 else "": word for n, word in enumerate(value)}
    else:
        words = {"": value}
    if not tokens or not all(isinstance(word, str) for word in words.values()):
        return []
    if isinstance(value, (list, tuple)) and not any(nearest(word, tokens) for word in words.values()):
        return []
    return [(place, word) for place, word in words.items() if word not in tokens]


def short(value: Any) -> str:
    """A value as a program writes it, cut to what fits into a line."""
    if isinstance(value, (list, tuple)):
        text = f"[{', '.join(short(v) for v in value)}]"
    elif isinstance(value, Resource):
        text = f"<{value.label}>"
    elif isinstance(value, Model):
        first = type(value).positional()[:1]
        inside = "".join(short(getattr(value, type(value).public_names()[n], None)) for n in first)
        text = f"{type(value).__name__}({inside}, …)"
    elif isinstance(value, str):
        text = f'"{value}"' if '"' not in value and value.isprintable() else repr(value)
    else:
        text = repr(value)
    return text if len(text) <= LINE else f"{text[:LINE]}…"


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


def _tokens(annotation: Any) -> list[str]:
    if get_origin(annotation) is Literal:
        return [a for a in get_args(annotation) if isinstance(a, str)]
    return [token for inner in get_args(annotation) if inner is not annotation for token in _tokens(inner)]


def _words(annotation: Any) -> str | None:
    if tokens := _tokens(annotation):
        return " or ".join(f'"{t}"' for t in dict.fromkeys(tokens[:8]))
    plain = {str: "a string", int: "a whole number", bool: "True or False", float: "a number"}
    found = [plain[a] for a in (annotation, *get_args(annotation)) if a in plain]
    return " or ".join(dict.fromkeys(found)) or None


NEAR = 0.7
"""How near a word must be to another to be a slip of it."""
LINE = 70
"""Letters of a wrong value that a message shows."""
CHECKED = {
    "connection": "the name of a connection of DSS", "code_env": "the name of a code env of DSS",
    "container": "the name of a container configuration of DSS", "user": "a login",
}  # fmt: skip
SHORT = {
    "varchar": "string", "text": "string", "str": "string", "char": "string", "integer": "int", "long": "bigint",
    "number": "double", "numeric": "double", "decimal": "double", "bool": "boolean", "timestamp": "date", "datetime": "date",
    "float8": "double", "float4": "float", "float64": "double", "float32": "float", "real": "float", "int8": "bigint", "int4": "int",
    "int2": "smallint", "int64": "bigint", "int32": "int", "int16": "smallint", "nvarchar": "string", "varchar2": "string",
    "timestamp_ntz": "datetimenotz", "timestamptz": "date", "json": "object", "variant": "object", "uuid": "string",
    "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday", "sat": "Saturday", "sun": "Sunday",
    "outer": "FULL",
}


def nearest(word: str, tokens: Iterable[str]) -> str | None:
    """The token that *word* was meant to be, if one is near."""
    known = list(tokens)
    for token in known:
        if token.lower() == word.lower().replace(" ", "_").replace("-", "_"):
            return token if token != word else None
    if (short := SHORT.get(word.lower())) in known:
        return short
    upper = {t.upper(): t for t in known}
    close = difflib.get_close_matches(word.upper(), upper, n=1, cutoff=0.75)
    return upper[close[0]] if close else None


def token(*known: str) -> AfterValidator:
    """
    Accept DSS's tokens, and unknown ones with a warning: a newer DSS may have more.

    A word that is nearly a known token is a mistake.
    """

    def check(value: Any) -> Any:
        if isinstance(value, str) and value not in known:
            if near := nearest(value, known):
                raise ValueError(f'cannot be "{value}" | did you mean "{near}"?')
            current().warn(f'"{value}" is none of the values that dssdsl knows: {", ".join(known)}')
        return value

    return AfterValidator(check)


def pattern(regex: str, says: str, fix: str) -> AfterValidator:
    """Accept strings that match *regex* whole."""
    import re

    compiled = re.compile(regex)

    def check(value: Any) -> Any:
        if isinstance(value, str) and not compiled.fullmatch(value):
            raise ValueError(f'"{value}" {says} | {fix}')
        return value

    return AfterValidator(check)


class Part(Model):
    """A value inside a resource: a column, an aggregation, a step, a trigger."""

    def document(self, owner: Resource) -> Any:
        """What DSS has in its place: each field that is set, under DSS's name of it."""
        out: Document = {}
        for name, info in type(self).model_fields.items():
            if name in self.model_fields_set:
                path = next((m.paths[0] for m in info.metadata if isinstance(m, at)), camel(info.alias or name))
                put(out, path, encode(getattr(self, name), owner))
        return out


def facts_in(metadata: Iterable[Any]) -> set[Fact]:
    """The facts among a field's metadata."""
    return {item for item in metadata if isinstance(item, Fact)}


def _make_initial(here: Any, path: Sequence[str]) -> None:
    """Have what stands at *path* sent at creation only, in every item of a list on the way."""
    if isinstance(here, list):
        for item in here:
            _make_initial(item, path)
    elif isinstance(here, dict) and path[0] in here:
        if len(path) > 1:
            _make_initial(here[path[0]], path[1:])
        elif type(here[path[0]]) is not Initial:
            here[path[0]] = Initial(here[path[0]])


def put(document: Document, path: str, value: Any) -> None:
    """Put *value* at the dotted *path* of *document*."""
    *parents, last = path.split(".")
    for name in parents:
        document = document.setdefault(name, {})
    document[last] = value


def encode(value: Any, owner: Resource) -> Any:
    """Write a field's value as DSS's JSON, with places held open for what is not known yet."""
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


Options = ("depends_on", "protect", "retain_on_delete", "ignore_changes", "exclusive", "renamed_from", "adopt", "raw")
KINDS: dict[str, type[Resource]] = {}
"""Every class of resource, by its name."""
SLOTS = {"_document": None, "_existing": False, "_faulty": False, "_key": None, "_program": None, "_source": ""}
"""What every resource keeps of itself, and what it is at first."""


class Resource(Model):
    """Something that a program wants to exist in DSS."""

    kind: ClassVar[str] = ""
    """What it is called in keys and messages; empty on classes that are only bases."""
    identified_by: ClassVar[str] = "name"
    object_type: ClassVar[str] = ""
    """DSS's name of the kind where it refers to objects, such as DATASET."""
    renamable: ClassVar[bool] = False
    """Whether DSS can give it another name."""
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {}
    """What is known of places inside the document that are no field of their own."""

    depends_on: Annotated[OneOrMany[InstanceOf[Resource]], form("resources that must be there first")] = ()
    protect: bool = False
    retain_on_delete: bool = False
    ignore_changes: OneOrMany[str] = ()
    exclusive: OneOrMany[str] = ()
    renamed_from: str | None = None
    adopt: bool | str | None = None
    raw: Mapping[str, Any] = {}

    # Slots, for these are read all the time: pydantic's own private attributes take ten times as long.
    __slots__ = tuple(SLOTS)
    if TYPE_CHECKING:
        # PrivateAttr tells type checkers that a constructor does not take them.
        _source: str = PrivateAttr()
        _program: Any = PrivateAttr()
        _existing: bool = PrivateAttr()
        _faulty: bool = PrivateAttr()
        _document: Document | None = PrivateAttr()
        _key: str | None = PrivateAttr()

    def __new__(cls, *_: Any, **__: Any) -> Self:
        self = super().__new__(cls)
        for name, value in SLOTS.items():
            object.__setattr__(self, name, value)
        return self

    def __init__(self, *args: Any, **fields: Any) -> None:
        program = current()
        before = program.told
        super().__init__(*args, **fields)
        self._source = program.here()
        self._program = program
        self._faulty = program.told > before
        self._settle(program)
        self._register(program)

    def _settle(self, program: Program) -> None:
        """Fill in what the program's place gives: its project, its zone."""

    def _register(self, program: Program) -> None:
        key = self._key = self.key
        other = program.keys.get(key)
        if other is not None and self._faulty and not self.identity:
            return  # both lack their name, and are not the same
        if other is not None and other.source == self._source:
            program.fault(
                f"{self.label} is declared twice, both times at {self._source}",
                at=self._source,
                fix="this line runs more than once: make the name differ each time",
            )
            return
        if other is not None:
            places = [f"{place.replace(', called at ', ' (called at ', 1)})" if ", called at " in place else place
                      for place in (other.source, self._source)]  # fmt: skip
            program.fault(
                f"{self.label} is declared twice, at {places[0]} and at {places[1]}",
                at=self._source,
                fix="give one of them another name, or delete it",
            )
            return
        program.keys[key] = self
        program.resources.append(self)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        if cls.kind and not cls.__name__.startswith("Any"):
            KINDS[cls.__name__] = cls

    @property
    def identity(self) -> str:
        """What names it in its project."""
        return str(getattr(self, self.identified_by, None) or "")

    @property
    def key(self) -> str:
        """Its key: ``PROJECT/kind/name``."""
        return f"{self.identity}/{self.kind}/{self.identity}"

    @property
    def label(self) -> str:
        """Its kind and name, as messages say them."""
        return f"{self.kind.replace('_', ' ')} {self.identity}".strip()

    @property
    def source(self) -> str:
        """Where it is declared: ``project.py:12``."""
        return self._source

    @property
    def exists(self) -> bool:
        """Whether it is only a reference to something that the program does not manage."""
        return self._existing

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
            (name, item.paths[0], bool({Fact.LISTED, Fact.UNORDERED} & set(facts_in(info.metadata))))
            for name, info in cls.model_fields.items()
            for item in info.metadata
            if isinstance(item, at) and len(item.paths) == 1
        )

    def document(self) -> Document:
        """
        What DSS shall hold: each field that is set, at its place.

        A subclass adds what takes more than one place.
        """
        out: Document = {}
        for name, path, as_list in self._plain_fields():
            if name in self.model_fields_set:
                value = getattr(self, name)
                put(out, path, encode(many(value) if as_list else value, self))
        return out

    def wanted(self) -> Document:
        """The document that the program wants, its options applied: made once."""
        if self._document is None:
            document = self.document()
            for field in many(self.ignore_changes):
                self._at_creation_only(document, field)
            for path, value in self.raw.items():
                self._put_raw(document, path, value)
            self._document = document
        return self._document

    @classmethod
    def paths_of(cls, field: str) -> tuple[str, ...]:
        """The places in the document that *field* fills."""
        attribute = cls.public_names().get(field)
        if attribute is None:
            return ()
        return tuple(p for m in cls.model_fields[attribute].metadata if isinstance(m, at) for p in m.paths)

    def _at_creation_only(self, document: Document, field: str) -> None:
        for path in self.paths_of(field):
            _make_initial(document, path.split("."))

    def _put_raw(self, document: Document, path: str, value: Any) -> None:
        import re

        parts = [p for p in re.split(r"\.|\[(\d+)\]", path) if p]
        here: Any = document
        for position, part in enumerate(parts):
            last = position == len(parts) - 1
            if isinstance(here, list):
                if not part.isdigit() or int(part) >= len(here):
                    raise ProgramError(
                        f"{self.label}: raw path {path} needs item {part} of a list that the program declares",
                        at=self.source,
                        fix="declare the list with its own field first",
                    )
                here = here[int(part)]
            elif last:
                here[part] = value
            else:
                here = here.setdefault(part, {})

    def check(self, program: Program) -> Iterator[ProgramError]:
        """Yield what is wrong with it that only the whole program shows."""
        cls = type(self)
        for option in ("ignore_changes", "exclusive"):
            for field in many(getattr(self, option)):
                if not cls.paths_of(field):
                    close = difflib.get_close_matches(field, [n for n in cls.public_names() if cls.paths_of(n)], n=1)
                    yield self.fault(
                        f'{option} names "{field}", which {cls.__name__} does not have',
                        f'did you mean "{close[0]}"?' if close else None,
                    )
        if self.renamed_from and not self.renamable:
            yield self.fault(
                f"a {self.kind.replace('_', ' ')} cannot be renamed in DSS", "take renamed_from away; its title is free to change"
            )
        elif self.renamed_from and program.keys.get(self.key.removesuffix(self.identity) + self.renamed_from):
            yield self.fault(f'it is renamed from "{self.renamed_from}", which is declared too', "declare one of them")
        if not self.raw:
            return
        modelled = {
            path: name for name in cls.public_names() if name not in Options for path in cls.paths_of(name)
        }
        for path in self.raw:
            if path in modelled:
                yield self.fault(
                    f'raw sets {path}, which is the field "{modelled[path]}"',
                    f"write {modelled[path]}=… instead",
                )

    @classmethod
    @cache
    def _checked_fields(cls) -> tuple[tuple[str, str], ...]:
        return tuple(
            (name, item.what) for name, info in cls.model_fields.items() for item in info.metadata if isinstance(item, checked_as)
        )

    def uses(self) -> Iterator[tuple[str, str]]:
        """Yield what it names outside its project: connections, code envs, containers, users."""
        for name, what in self._checked_fields():
            value = getattr(self, name)
            if isinstance(value, str):
                yield what, value

    def fault(self, problem: str, fix: str | None = None) -> ProgramError:
        """An error about this resource, at its line."""
        cls = type(self).__name__
        name = f' "{self.identity}"' if self.identity else ""
        return ProgramError(f"{cls}{name}: {problem}", at=self.source, fix=fix)

    def needs(self) -> Iterator[Resource]:
        """Yield the resources that it needs beyond those its document refers to."""
        yield from many(self.depends_on)

    def __repr__(self) -> str:
        return f"<{self.label}>"


class ProjectResource(Resource):
    """A resource that lives in a project."""

    project: Annotated[InstanceOf[Resource] | None, form("a Project")] = None

    def _settle(self, program: Program) -> None:
        if self.project is None:
            if program.project is None:
                program.fault(
                    f"{self.label} comes before any Project",
                    fix="declare the Project first; import modules that declare resources after it",
                )
            object.__setattr__(self, "project", program.project)

    @property
    def key(self) -> str:
        if self._key is not None:
            return self._key
        owner = self.project.identity if self.project is not None else "?"
        return f"{owner}/{self.kind}/{self.identity}"

    def needs(self) -> Iterator[Resource]:
        yield from super().needs()
        if self.project is not None:
            yield self.project


class Taggable(ProjectResource):
    """A resource with tags and descriptions."""

    short_desc: Annotated[str | None, at("shortDesc"), resets_to("")] = None
    """One line, shown beside the name."""

    description: Annotated[str | None, at("description"), resets_to("")] = None
    """Longer text, in Markdown."""

    tags: Annotated[OneOrMany[str] | None, at("tags"), unordered, resets_to([]), form("strings")] = None
    """Labels; DSS sorts them."""


def existing(cls: Any, name: str, project: Any) -> Any:
    """A reference to an object that is looked up and never written."""
    program = current()
    made = cls.model_construct(name=name)
    made._source = program.here()
    made._program = program
    made._existing = True
    owner = project
    if isinstance(project, str):
        owner = program.find_project(project) or Elsewhere(project)
    object.__setattr__(made, "project", owner or program.project)
    return made


class Elsewhere:
    """A project that the program does not declare."""

    def __init__(self, key: str) -> None:
        self.identity = key


