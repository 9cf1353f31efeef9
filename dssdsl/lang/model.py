"""Values that a program writes: checked when they are created, without raising."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from inspect import Signature
from types import MappingProxyType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    TypeAlias,
    TypeVar,
    dataclass_transform,
    get_args,
    get_origin,
)

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from dssdsl.errors import ProgramError

from .absent import FIELDS
from .blanks import UNNAMED, blank
from .fields import checked_as, form
from .near import nearest
from .program import current
from .values import CREDENTIAL
from .words import (
    CHECKED,
    CREDENTIALS,
    LINE,
    SLIP,
    SYNONYMS,
    nearest_token,
    snake,
    tokens_of,
    words_of,
    wrong_words,
)

if TYPE_CHECKING:  # type checkers learn from it that fields are arguments
    from pydantic._internal._model_construction import ModelMetaclass
else:
    ModelMetaclass = type(BaseModel)

SHOWN_TOKENS = 12
"""Known tokens that a warning lists."""
T = TypeVar("T")
OneOrMany: TypeAlias = T | Sequence[T]
"""A list, or one item of it; a plain string is one item, never its letters."""


def many(value: Any) -> list[Any]:
    """The items of a list, of one item, or of nothing."""
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def camel(name: str) -> str:
    """The field's name as DSS spells it: ``short_desc`` is ``shortDesc``."""
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


Options = (
    "depends_on",
    "protect",
    "retain_on_delete",
    "ignore_changes",
    "exclusive",
    "renamed_from",
    "adopt",
    "raw",
)
"""The options of every resource."""


# Type checkers read arguments from this decorator, and do not inherit it from pydantic's metaclass.
@dataclass_transform(kw_only_default=True, field_specifiers=(Field, PrivateAttr))
class Described(ModelMetaclass):
    """Shows the fields of a class in its signature and its docstring, which take their time only when asked for."""

    @property
    def __signature__(cls) -> Signature:  # noqa: N805 - of a metaclass
        from .signature import signature

        return signature(cls)

    @__signature__.setter
    def __signature__(cls, value: object) -> None:  # noqa: N805 - of a metaclass
        """Ignore pydantic's own, which it makes of the arguments of ``__init__``."""

    @property
    def __doc__(cls) -> str:  # type: ignore[override]  # noqa: N805 - of a metaclass
        from .signature import doc

        return doc(cls)


class Model(BaseModel, metaclass=Described):
    """
    A value that a program writes.

    Its constructor never raises: it reports errors with file and line and leaves the invalid value
    as a stand-in, so that one run reports all errors.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True, strict=True, extra="forbid", defer_build=True
    )
    hints: ClassVar[Mapping[str, str]] = {}
    """What to write instead of a field that the class does not have, by its name."""
    _options: ClassVar[tuple[str, ...]] = ()
    """Fields that come last in signatures: the options of every resource."""
    _spoilt: ClassVar[bool] = False
    """Whether it, or a part of it, has errors, so that missing values may be among them."""
    _is_part: ClassVar[bool] = False
    """Whether its errors are those of the object that contains it."""

    def __init__(self, *args: Any, **fields: Any) -> None:
        program = current()
        before = program.told
        values, hints = self._named(args, fields)
        wrong: set[str] = set()
        try:
            super().__init__(**values)
        except ValidationError as error:
            wrong = self._explain(error, values, hints)
            self._stand_in(values)
        except ProgramError as error:
            program.error(error.problem, at=error.at, fix=error.fix)
            self._stand_in(values)
        self._refuse_blanks({n: v for n, v in values.items() if n not in wrong})
        if program.told > before or (before and any(_spoilt_within(v) for v in values.values())):
            object.__setattr__(self, "_spoilt", True)

    @classmethod
    @cache
    def public_names(cls) -> dict[str, str]:
        """The attribute of each field, by the name that programs write."""
        return {(info.alias or name): name for name, info in cls.model_fields.items()}

    @classmethod
    @cache
    def positional(cls) -> tuple[str, ...]:
        """The positional fields, in order."""
        return tuple(
            n for n, a in cls.public_names().items() if cls.model_fields[a].kw_only is False
        )

    def _named(
        self, args: tuple[Any, ...], fields: dict[str, Any]
    ) -> tuple[dict[str, Any], list[str]]:
        """The values by name, and the hints that errors gave for unknown names."""
        cls = type(self)
        names = cls.positional()
        hints = []
        if len(args) > len(names):
            hints.append(self._keywords())
            current().error(f"{self._called(args)} accepts {_arguments(names)}", fix=hints[0])
        for name, value in zip(names, args, strict=False):
            if name in fields:
                current().error(
                    f"{self._called(args)} has {name} twice",
                    fix=f"remove {name}=, which repeats the positional argument",
                )
            fields[name] = value
        known_names = cls.public_names()
        unknown: dict[str, list[str]] = {}
        for name in [n for n in fields if n not in known_names]:
            unknown.setdefault(self._instead(name, fields), []).append(name)
        for hint, wrong in unknown.items():
            called = self._called(args or tuple(fields[n] for n in names[:1] if n in fields))
            listed = " or ".join(f'"{name}"' for name in wrong)
            current().error(f"{called} has no field {listed}", fix=hint, field=wrong[0])
            hints.append(hint)
        return {
            name: value
            for name, value in fields.items()
            if value is not None and name in known_names
        }, hints

    def _refuse_blanks(self, values: Mapping[str, Any]) -> None:
        cls = type(self)
        for name, value in values.items():
            info = cls.model_fields[cls.public_names()[name]]
            place = blank(info, value, adopted=bool(values.get("adopt")))
            if place is None:
                continue
            first = cls.positional()[:1]
            called = self._called(tuple(values[n] for n in first if n in values))
            if place == UNNAMED:
                problem, fix = f"{name} has an entry without a name", "give it a name, or remove it"
            else:
                problem, fix = f"{name}{place} is empty", self._value_hint(name)
                fix = "remove it, or give it a value" if place else fix
            current().error(f"{called}: {problem}", fix=fix, field=name)

    def _value_hint(self, name: str) -> str:
        """A hint for the field *name*, which is empty."""
        info = type(self).model_fields[type(self).public_names()[name]]
        takes = self._form(name)
        write = f"{name} takes {takes}" if takes and takes != "a string" else f"give {name} a value"
        return write if info.is_required() else f"leave {name} out, or give it a value"

    def _keywords(self) -> str:
        taken = (*type(self).positional(), *Options, "project")
        rest = [n for n in type(self).public_names() if n not in taken]
        return f"write the rest as keywords: {', '.join(f'{n}=' for n in rest[:4])}…"

    def _called(self, args: tuple[Any, ...]) -> str:
        cls = type(self).__name__
        return f'{cls} "{args[0]}"' if args and isinstance(args[0], str) and args[0] else cls

    def _instead(self, name: str, given: Mapping[str, Any]) -> str:
        """A hint for *name*, which is not a field."""
        cls = type(self)
        names = cls.public_names()
        if name in cls.hints:
            return cls.hints[name]
        synonym = SYNONYMS.get(name, "")
        meant = synonym.partition("=")[0]
        if meant not in names:
            if name in CREDENTIALS and "connection" in names:
                return "credentials live in the DSS connection; name it with connection="
            meant = synonym = nearest(name, names) or snake(name)
        if meant not in names and name in FIELDS:
            return FIELDS[name]
        if meant not in names:
            own = [n for n in names if n not in (*Options, *cls.positional(), "project")]
            return f"it has {', '.join([*cls.positional(), *own])}"
        if meant in given:
            return f"it has {meant}, too: keep one of them"
        return f'did you mean "{synonym}"?'

    def _explain(
        self, error: ValidationError, values: Mapping[str, Any], hints: Sequence[str]
    ) -> set[str]:
        """Report what is wrong, and return the names of the fields that it is about."""
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
                # A hint that shows the right place has reported it already.
                if not any(
                    f"{name}=" in h or f'"{name}"' in h or f"{cls.__name__}(" in h for h in hints
                ):
                    current().error(
                        f'{called} needs "{name}"', fix=self._missing_hint(name, values)
                    )
            elif name == "":
                current().error(f"{called}: {one['msg'].removeprefix('Value error, ')}")
            else:
                self._wrong(called, name, values.get(name), error)
        return told

    def _missing_hint(self, name: str, values: Mapping[str, Any]) -> str:
        takes = self._form(name)
        if name == "name" and name in type(self).positional():
            return current().syntax.add_first(type(self).__name__, name)
        return current().syntax.add(name, takes)

    def _form(self, name: str) -> str | None:
        cls = type(self)
        attribute = cls.public_names().get(name)
        if attribute is None:
            return None
        info = cls.model_fields[attribute]
        for item in (*info.metadata, *_facts_within(info.annotation)):
            if isinstance(item, form):
                return current().syntax.form(item)
            if isinstance(item, checked_as) and item.what in CHECKED:
                return CHECKED[item.what]
        return words_of(info.annotation)

    def _wrong(self, called: str, name: str, value: Any, error: ValidationError) -> None:
        said = next(
            (
                e["msg"]
                for e in error.errors(include_url=False)
                if e["loc"][:1] == (name,) and e["type"] == "value_error"
            ),
            None,
        )
        if said is not None:
            problem, _, hint = said.removeprefix("Value error, ").partition(" | ")
            current().error(f"{called}: {name} {problem}", fix=hint or None, field=name)
            return
        takes = self._form(name)
        fix = f"{name} takes {takes}" if takes else None
        if isinstance(value, str) and CREDENTIAL.search(name):
            hint = (
                f'write {name}=Secret.env("{name.upper()}"), and set that variable where you deploy'
            )
            current().error(f"{called}: {name} is a credential in plain text", fix=hint, field=name)
            return
        tokens = tokens_of(type(self).model_fields[type(self).public_names()[name]].annotation)
        found = wrong_words(value, tokens)
        for place, word in found:
            near = nearest_token(word, tokens)
            current().error(
                f'{called}: {name}{place} cannot be "{word}"',
                fix=f'did you mean "{near}"?' if near else fix,
                field=name,
            )
        if not found:
            current().error(f"{called}: {name} cannot be {short(value)}", fix=fix, field=name)

    def _stand_in(self, values: Mapping[str, Any]) -> None:
        """Make the invalid object usable as a reference."""
        cls = type(self)
        known = {a: values[n] for n, a in cls.public_names().items() if n in values}
        defaults = {
            n: f.get_default(call_default_factory=True)
            for n, f in cls.model_fields.items()
            if not f.is_required()
        }
        missing = {n: None for n, f in cls.model_fields.items() if f.is_required()}
        object.__setattr__(self, "__dict__", {**missing, **defaults, **known})
        object.__setattr__(self, "__pydantic_fields_set__", set(known))
        object.__setattr__(self, "__pydantic_extra__", None)
        private = {n: a.get_default() for n, a in cls.__private_attributes__.items()}
        object.__setattr__(self, "__pydantic_private__", private or None)

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__


def _spoilt_within(value: Any) -> bool:
    """Whether a value is, or contains, a part with errors. A resource with errors can be referred to."""
    if isinstance(value, (list, tuple)):
        return any(_spoilt_within(each) for each in value)
    if isinstance(value, Mapping):
        return any(_spoilt_within(each) for each in value.values())
    return isinstance(value, Model) and value._is_part and value._spoilt


def _facts_within(annotation: Any) -> Iterator[Any]:
    """Yield the facts of an annotation's members, such as those of ``Positive`` in ``Positive | None``."""
    for each in get_args(annotation):
        if get_origin(each) is Annotated:
            yield from get_args(each)[1:]


def _arguments(names: Sequence[str]) -> str:
    """The positional arguments of a class, for messages."""
    if not names:
        return "no positional arguments"
    number = "one" if len(names) == 1 else str(len(names))
    return f"{number} positional argument{'s' * (len(names) > 1)}, {' and '.join(names)}"


def token(
    *known: str,
    aliases: Mapping[str, str] = MappingProxyType({}),
    prefixes: tuple[str, ...] = (),
    slip: float = SLIP,
) -> AfterValidator:
    """
    Accept the tokens of DSS, and others with a warning: a newer DSS may have more.

    A word that is nearly a known token is a mistake.

    Args:
        known: The tokens.
        aliases: Words that mean a token, such as its name on DSS's pages.
        prefixes: How tokens of plugins begin.
        slip: How near a known token a word must be to be a mistake; higher where *known* is not complete.
    """

    def check(value: Any) -> Any:
        if not isinstance(value, str) or not value.strip() or value in known:
            return value
        if value.startswith(prefixes or ("\0",)):
            return value
        if near := aliases.get(value) or nearest_token(value, known, slip):
            raise ValueError(f'cannot be "{value}" | did you mean "{near}"?')
        more = ", …" if len(known) > SHOWN_TOKENS else ""
        listed = ", ".join(known[:SHOWN_TOKENS])
        current().warn(f'"{value}" is not a value that dssdsl knows: {listed}{more}')
        return value

    return AfterValidator(check)


def pattern(regex: str, says: str, fix: str) -> AfterValidator:
    """Accept strings that *regex* matches as a whole."""
    compiled = re.compile(regex)

    def check(value: Any) -> Any:
        if isinstance(value, str) and not compiled.fullmatch(value):
            raise ValueError(f'"{value}" {says} | {fix}')
        return value

    return AfterValidator(check)


def short(value: Any) -> str:
    """A value as a program writes it, truncated to one line."""
    if isinstance(value, (list, tuple)):
        text = f"[{', '.join(short(v) for v in value)}]"
    elif isinstance(value, Model) and hasattr(value, "label"):
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
