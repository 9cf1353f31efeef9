"""Values that stand in a program's fields beside plain ones, and in wanted documents."""

from __future__ import annotations

import hashlib
import hmac
import math
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from attrs import frozen

from dssdsl.errors import ProgramError
from dssdsl.hidden import hiding

Document: TypeAlias = dict[str, Any]
"""A JSON object, as DSS has it."""


class Output:
    """
    A value that DSS makes up, such as a folder's id: it may be put into a field, not looked at.

    Raises:
        ProgramError: When the program branches on it or formats it.
    """

    def __init__(self, resource: Any, field: str) -> None:
        self.resource = resource
        self.field = field

    def __repr__(self) -> str:
        return f"<{self.field} of {self.resource.label}>"

    def _refuse(self, *_: object) -> NoReturn:
        raise ProgramError(
            f"the {self.field} of {self.resource.label} is not known before it is deployed",
            fix="put it into a field or export it; it cannot be formatted, compared or branched on",
        )

    __str__ = __format__ = __bool__ = __eq__ = __lt__ = __add__ = __radd__ = _refuse
    __hash__ = object.__hash__


MARK = "dssdsl-secret:"
"""How the repr of a secret begins: it shows where a list of secrets, say, became a text."""


class Secret:
    """
    A value that no file contains. dssdsl reads it from the environment when it sends it.

    Its repr names the variable, and is an error in a document. The state has a salted digest of it.
    """

    def __init__(self, variable: str) -> None:
        self.variable = variable
        hiding().add_variable(variable)

    @classmethod
    def env(cls, variable: str) -> Secret:
        """
        The secret in the environment variable *variable*.

        Raises:
            ProgramError: No variable can have that name.
        """
        if not variable.strip() or "=" in variable:
            raise ProgramError(
                f'"{variable}" cannot be the name of an environment variable',
                fix='write one such as Secret.env("SLACK_WEBHOOK")',
            )
        return cls(variable)

    def reveal(self) -> str:
        """
        The value itself.

        Raises:
            ProgramError: The variable is not set.
        """
        try:
            return os.environ[self.variable]
        except KeyError:
            raise ProgramError(
                f'the environment variable "{self.variable}" of a secret is not set',
                fix=f"export {self.variable}=… before deploying",
            ) from None

    @property
    def is_set(self) -> bool:
        """Whether the environment has the variable; only a step that writes the value needs it."""
        return self.variable in os.environ

    def __repr__(self) -> str:
        return f"<{MARK}{self.variable}>"

    def _refuse(self, *_: object) -> NoReturn:
        raise ProgramError(IN_TEXT.format(self.variable), fix=NOT_IN_TEXT.format(self.variable))

    __str__ = __format__ = __add__ = __radd__ = _refuse


IN_TEXT = 'the secret "{0}" cannot be put into a text: its value would be readable in DSS'
NOT_IN_TEXT = 'give it to a field of its own; code reads it from a variable: ProjectVariables(local={{"{0}": Secret.env("{0}")}})'


def secret_in_text(value: Any) -> str | None:
    """The variable of the first secret whose repr is part of a text or a name in *value*."""
    if type(value) is str and MARK not in value:
        return None  # nearly all of them
    if isinstance(value, (str, Text)):
        text = value if isinstance(value, str) else value.text
        _, found, rest = text.partition(MARK)
        return re.split(r"[>&]", rest, maxsplit=1)[0] if found else None
    if isinstance(value, Mapping):
        return secret_in_text([*value, *value.values()])
    if isinstance(value, (list, tuple)):
        return next(filter(None, map(secret_in_text, value)), None)
    return secret_in_text(value.value) if isinstance(value, Initial) else None


DIGEST = "$secret"
"""The key of a secret's digest in a recorded document."""


def digest(value: str, salt: str) -> str:
    """A salted digest of *value*, which shows whether it changed."""
    return hmac.new(salt.encode(), value.encode(), hashlib.sha256).hexdigest()[:32]


class File:
    """A file of the program, by its path relative to the source file that names it."""

    def __init__(self, path: Path, root: Path) -> None:
        self.path = path
        self.root = root

    @property
    def text(self) -> str:
        """The file's text, decoded as UTF-8, with plain newlines."""
        try:
            return self.path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise ProgramError(
                f"the file {self.relative} is not UTF-8 text", fix="save it as UTF-8"
            ) from None

    @property
    def relative(self) -> str:
        """The path relative to the folder of the source file that names it, with slashes."""
        return Path(os.path.relpath(self.path, self.root)).as_posix()

    def __repr__(self) -> str:
        return f"file({self.relative!r})"


@frozen
class Text:
    """Code in a wanted document, with the path of its file."""

    text: str
    source: str | None = None


Code: TypeAlias = str | File


@frozen
class Ref:
    """
    A reference in a wanted document to another object, whose name or id replaces it.

    Attributes:
        target: A declared resource, an existing one, or the string that the program wrote.
        owner: The resource that refers to it; references to other projects get a prefix.
        smart: Whether a reference to another project has the form ``PROJECT.name`` here.
    """

    target: Any
    owner: Any
    smart: bool = True


@frozen
class Initial:
    """A value that dssdsl sends at creation, and leaves alone afterwards."""

    value: Any


@frozen
class Unknown:
    """A value that the plan does not know: DSS generates it when the step runs."""

    what: str

    def __str__(self) -> str:
        return f"<{self.what}>"


def map_leaves(document: Any, change: Callable[[Any], Any]) -> Any:
    """Copy *document* with every leaf passed through *change*."""
    if type(document) is dict:
        return {name: map_leaves(value, change) for name, value in document.items()}
    if type(document) is list:
        return [map_leaves(value, change) for value in document]
    return change(document)


def leaves(document: Any) -> Iterator[Any]:
    """Yield every leaf of *document*, including those in an Initial."""
    if type(document) is str:  # most of them, and asking for a Mapping takes its time
        yield document
    elif isinstance(document, (dict, Mapping)):
        for value in document.values():
            yield from leaves(value)
    elif isinstance(document, list):
        for value in document:
            yield from leaves(value)
    elif isinstance(document, Initial):
        yield from leaves(document.value)
    else:
        yield document


def unfit(value: Any, where: str = "", *, strict: bool = True) -> str | None:
    """
    Describe the first part of *value* that JSON cannot represent, if there is one.

    Args:
        value: A wanted document, or a value that a program exports.
        where: Its name in the description.
        strict: Whether to reject what JSON does not have; otherwise its text counts.
    """
    if isinstance(value, str):
        return (
            None
            if value.isascii() or _encodes(value)
            else f"{where} contains an invalid Unicode character (unpaired surrogate)"
        )
    if value is None or isinstance(value, (bool, int, Ref, Output, Secret, Text, Unknown, File)):
        return None
    if isinstance(value, float):
        return None if math.isfinite(value) else f"{where} is {value}, which JSON does not have"
    if isinstance(value, Initial):
        return unfit(value.value, where, strict=strict)
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if strict and not isinstance(name, str):
                return f"{where} has a name that is not a string: {name!r}"
            if isinstance(name, str) and not _encodes(name):
                return f"{where} has a name with an invalid Unicode character (unpaired surrogate)"
            if found := unfit(inner, f"{where}.{name}" if where else str(name), strict=strict):
                return found
        return None
    if isinstance(value, (list, tuple)):
        for position, inner in enumerate(value):
            if found := unfit(inner, f"{where}[{position}]", strict=strict):
                return found
        return None
    if strict:
        return f"{where} is a {type(value).__name__}, which JSON does not have"
    try:
        return unfit(str(value), where)
    except Exception as error:  # noqa: BLE001 - a class of the program
        return f"{where} cannot be shown: {type(error).__name__}: {error}"


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def settled(document: Any) -> Any:
    """Copy *document* without the values for creation only: the rest is what the program manages."""
    if type(document) is dict:
        return {n: settled(v) for n, v in document.items() if type(v) is not Initial}
    if type(document) is list:
        return [settled(v) for v in document if type(v) is not Initial]
    return document.text if type(document) is Text else document


def at_creation(document: Any) -> Any:
    """Copy *document* with the values for creation only as plain values."""
    if type(document) is dict:
        return {
            n: at_creation(v)
            for n, v in document.items()
            if not (type(v) is Initial and v.value is None)
        }
    if type(document) is list:
        return [at_creation(v) for v in document]
    return at_creation(document.value) if type(document) is Initial else document


def holds_secret(value: Any) -> bool:
    """Whether *value* contains a secret, or the digest of one."""
    if isinstance(value, Mapping):
        return DIGEST in value or any(holds_secret(v) for v in value.values())
    if isinstance(value, list):
        return any(holds_secret(v) for v in value)
    return isinstance(value, Secret)


CREDENTIAL = re.compile(
    r"(password|passwd|secret|secret_?key|access_?key|api_?key|private_?key|token|webhook(_?url)?)$",
    re.IGNORECASE,
)
"""The endings of names of settings that contain credentials."""


def credential(document: Any, where: str = "") -> str | None:
    """The place of the first credential in plain text in *document*, if there is one."""
    if isinstance(document, Mapping):
        for name, value in document.items():
            here = f"{where}.{name}" if where else str(name)
            said = isinstance(value, str) and bool(value) and "${" not in value and name != DIGEST
            if said and CREDENTIAL.search(name):
                return here
            if found := credential(value, here):
                return found
    elif isinstance(document, list):
        return next(
            (f for i, v in enumerate(document) if (f := credential(v, f"{where}[{i}]"))), None
        )
    return None


def unset_as_recorded(document: Any, recorded: Any) -> Any:
    """Copy a *document*; a secret whose variable is not set becomes the digest that *recorded* has in its place."""
    if type(document) is Secret and not document.is_set:
        return recorded if isinstance(recorded, dict) and DIGEST in recorded else document
    if type(document) is dict and isinstance(recorded, dict):
        return {n: unset_as_recorded(v, recorded.get(n)) for n, v in document.items()}
    if type(document) is list and isinstance(recorded, list) and len(document) == len(recorded):
        return [unset_as_recorded(v, r) for v, r in zip(document, recorded, strict=True)]
    return document


def sealed(document: Any, salt: str) -> Any:
    """Copy a settled *document* with digests of secrets, for a snapshot."""

    def seal(leaf: Any) -> Any:
        if isinstance(leaf, Secret):
            return {DIGEST: digest(leaf.reveal(), salt) if leaf.is_set else ""}
        return str(leaf) if isinstance(leaf, Unknown) else leaf

    return map_leaves(document, seal)
