"""The stack that a program is deployed to: from ``dssdsl.toml``, the environment and flags."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from dssdsl.errors import DssdslError, Faults, ProgramError
from dssdsl.lang.program import Target

if TYPE_CHECKING:
    from pathlib import Path

FILE = "dssdsl.toml"
PROGRAMS = ("project.py", "project.yaml", "project.yml", "project.json")
"""What a folder's program may be called, the first one that is there."""
EMULATED = "local"
"""The stack that needs no toml: a DSS in this process."""
EMULATOR_HOST = "http://emulator"
STACK_VARIABLE = "DSSDSL_STACK"
ALWAYS = {"filesystem_managed": "Filesystem", "filesystem_folders": "Filesystem"}
"""Connections that every DSS has, and so the emulator."""


@frozen
class EmulatorSettings:
    """
    The embedded DSS of a stack.

    Attributes:
        data: The folder that keeps its projects.
        connections: DSS's type of each of its connections, by name.
        code_envs: Names of its Python code environments.
        users: Logins that it knows.
    """

    data: Path
    connections: Mapping[str, str] = field(factory=dict)
    code_envs: tuple[str, ...] = ()
    users: tuple[str, ...] = ()


@frozen
class Settings:
    """
    One stack, all defaults filled in.

    Attributes:
        name: Such as ``dev``.
        host: Where its DSS is.
        folder: What the paths of the toml, and ``.dssdsl``, are relative to.
        config: What ``config()`` gives to the program.
        suffix: What is added to each project's key.
        owner: The login that owns new projects, where the program does not say.
        store: Where state is kept: ``dss``, ``local``, ``git``, ``{git = …, branch = …}``, or the URL of a bucket.
        verify: False, or the path of a CA bundle, where the system's own will not do.
        timeout: Seconds that a request may take.
        parallel: Requests that may run at once.
        lock_timeout: Seconds to wait for somebody else who deploys the same.
        emulator: The embedded DSS, for a stack that has no other.
        source: The toml; None where there is none.
        explicit: Whether somebody chose the stack; False for the emulator as a last resort.
        variable: The environment variable that holds the API key.
    """

    name: str
    host: str
    folder: Path
    config: Mapping[str, Any] = field(factory=dict)
    suffix: str = ""
    owner: str | None = None
    store: str | Mapping[str, str] = "dss"
    verify: bool | str = True
    timeout: float = 120.0
    parallel: int = 8
    lock_timeout: float = 0.0
    emulator: EmulatorSettings | None = None
    source: Path | None = None
    explicit: bool = True
    variable: str | None = None

    def key(self) -> str:
        """
        The API key, taken from the environment when it is needed.

        Raises:
            ProgramError: The stack does not say where it is, or it is not there.
        """
        if self.emulator is not None:
            return EMULATED
        if self.variable is None:
            raise ProgramError(
                f'stack "{self.name}" does not say where its API key is',
                at=str(self.source) if self.source else None,
                fix=f'add api_key = {{ env = "DSS_{self.name.upper()}_KEY" }} to [stacks.{self.name}]',
            )
        value = os.environ.get(self.variable, "").strip()
        if not value:
            raise ProgramError(
                f'the environment variable "{self.variable}" with the API key of stack "{self.name}" is not set',
                fix=f"export {self.variable}=… (an API key of {self.host})",
            )
        return value


def target(settings: Settings) -> Target:
    """What the program may know of the stack."""
    return Target(
        name=settings.name,
        host=settings.host,
        config=settings.config,
        suffix=settings.suffix,
        owner=settings.owner,
    )


def load(
    program: Path, stack: str | None = None, overrides: Mapping[str, str] | None = None
) -> Settings:
    """
    Settings of the stack that *program* is deployed to.

    Args:
        program: The program's file or folder; the toml stands beside it or further up.
        stack: The stack's name; left out, ``DSSDSL_STACK``, else the toml's ``default_stack``, else its only stack,
            else ``local``.
        overrides: Config values by name that count before the stack's own, as text from the command line.

    Raises:
        Faults: All that is wrong with the toml, with file and line.
        ProgramError: There is no such stack.
    """
    beside = (program if program.is_dir() else program.parent).absolute()
    path = find(beside)
    file = Toml.read(path) if path else None
    name, explicit = _choose(file, stack)
    own = dict(file.stacks.get(name, {})) if file else {}
    values = _merged(file.defaults if file else {}, own, emulated=name == EMULATED and not own)
    config = {**values.get("config", {})}
    for key, text in (overrides or {}).items():
        config[key] = _typed(key, text, config.get(key))
    folder = path.parent if path else beside
    emulator = _emulator(values, name, folder)
    bundle = values.get("ca_bundle")
    return Settings(
        name=name,
        host=EMULATOR_HOST if emulator else values["host"].rstrip("/"),
        folder=folder,
        config=config,
        suffix=values.get("project_key_suffix", ""),
        owner=values.get("owner"),
        store=values.get("store", "dss"),
        verify=False if values.get("insecure") else str(folder / bundle) if bundle else True,
        timeout=float(values.get("timeout", 120.0)),
        parallel=values.get("parallel", 8),
        lock_timeout=float(values.get("lock_timeout", 0)),
        emulator=emulator,
        source=path,
        explicit=explicit,
        variable=values.get("api_key", {}).get("env"),
    )


def find(folder: Path) -> Path | None:
    """The ``dssdsl.toml`` of *folder*, or of the nearest folder above it in the same repository."""
    for each in (folder, *folder.parents):
        if (each / FILE).is_file():
            return each / FILE
        if (each / ".git").exists():
            return None
    return None


def default_program(folder: Path) -> Path:
    """
    The program that commands take which name none.

    Raises:
        ProgramError: There is none.
    """
    path = find(folder.absolute())
    file = Toml.read(path) if path else None
    if path and file and file.program:
        return path.parent / file.program
    for name in PROGRAMS:
        if (folder / name).is_file():
            return folder / name
    raise ProgramError(
        f"no program in {folder}",
        fix=f'name one, call it project.py, or write program = "NAME" into {FILE}',
    )


def stacks(folder: Path) -> tuple[str, ...]:
    """Names of the stacks that a program in *folder* can be deployed to."""
    path = find(folder.absolute())
    return tuple(dict.fromkeys((*(Toml.read(path).stacks if path else ()), EMULATED)))


def _choose(file: Toml | None, asked: str | None) -> tuple[str, bool]:
    named = asked or os.environ.get(STACK_VARIABLE) or (file.default_stack if file else None)
    known = list(file.stacks) if file else []
    if named is None:
        if len(known) == 1:
            return known[0], True
        if not known or EMULATED in known:
            return EMULATED, bool(known)
        raise ProgramError(
            f"which stack: {', '.join(known)}, or {EMULATED} for the emulator",
            at=str(file.path) if file else None,
            fix=f'say --stack {known[0]}, set {STACK_VARIABLE}, or write default_stack = "{known[0]}" into {FILE}',
        )
    if named in known or named == EMULATED:
        return named, True
    close = difflib.get_close_matches(named, [*known, EMULATED], n=1)
    hint = f'did you mean "{close[0]}"?' if close else None
    if file is None:
        hint = f"write [stacks.{named}] with its host into {FILE} beside the program"
    raise ProgramError(
        f'there is no stack "{named}"',
        at=str(file.path) if file else None,
        fix=hint or f"the stacks are {', '.join(dict.fromkeys([*known, EMULATED]))}",
    )


def _merged(
    defaults: Mapping[str, Any], own: Mapping[str, Any], *, emulated: bool
) -> dict[str, Any]:
    below = dict(defaults)
    if own.get("emulator") or emulated:
        below.pop("host", None)
    elif "host" in own:
        below.pop("emulator", None)
    config: dict[str, Any] = {}
    for part in (defaults.get("config"), own.get("config")):
        config |= part if isinstance(part, dict) else {}  # what is none was told already
    values = {**below, **own, "config": config}
    if emulated:
        values.setdefault("emulator", True)
    return values


def _emulator(values: Mapping[str, Any], name: str, folder: Path) -> EmulatorSettings | None:
    wanted = values.get("emulator")
    if wanted in (None, False):
        return None
    own = f".dssdsl/emulator{'' if name == EMULATED else f'-{name}'}"
    data = wanted.get("data", own) if isinstance(wanted, dict) else own
    return EmulatorSettings(
        data=folder / data,
        connections={**ALWAYS, **values.get("connections", {})},
        code_envs=tuple(values.get("code_envs", ())),
        users=tuple(values.get("users", ())),
    )


def _typed(name: str, text: str, before: Any) -> Any:
    """A value from the command line, as what it replaces; where it replaces nothing, as TOML reads it."""
    if isinstance(before, str):
        return text
    try:
        value = tomllib.loads(f"x = {text}")["x"]
    except tomllib.TOMLDecodeError:
        value = [v.strip() for v in text.split(",")] if isinstance(before, list) else text
    if before is None:
        return value if _plain(value) else text
    if isinstance(before, list) and not isinstance(value, list):
        value = [v.strip() for v in text.split(",")]
    if isinstance(before, float) and type(value) is int:
        value = float(value)
    if type(value) is not type(before):
        raise ProgramError(
            f'config "{name}" is {_say(before)} in {FILE}, and --config {name}={text} is not',
            fix=f"give {_words(before)}, such as --config {name}={_say(before)}",
        )
    return value


def _say(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return re.sub(r"//[^/]*@", "//[secret]@", repr(value))  # a name and password in an address


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    return {int: "a whole number", float: "a number", list: "a list"}.get(type(value), "a string")


def _plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(v, (str, bool, int, float)) for v in value)
    return isinstance(value, (str, bool, int, float))


# What the toml may say: for each key a check, and its words in a message.

Check = tuple[Callable[[Any], bool], str]


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0


def _is_store(value: Any) -> bool:
    if isinstance(value, dict):
        texts = all(isinstance(v, str) and v for v in value.values())
        branch = value.get("branch", "x")
        return (
            texts
            and "git" in value
            and value.keys() <= {"git", "branch"}
            and bool(
                re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]*(/[A-Za-z0-9_][A-Za-z0-9_-]*)*", branch)
            )
        )
    if not isinstance(value, str):
        return False
    bucket = r"(s3|gs|gcs|az|abfs|memory)://[^/?#\s][^?#\s]*|file:///[^?#]*"
    return value in ("dss", "local", "git") or bool(re.fullmatch(bucket, value))


TEXT: Check = (lambda v: isinstance(v, str), "a string")
FLAG: Check = (lambda v: isinstance(v, bool), "true or false")
TEXTS: Check = (_is_texts, 'a list of strings, such as ["a", "b"]')
PAGE = re.compile(r"/(projects|home|login|admin|dip|public)(/|$)")
"""What an address has in it that somebody copied from the browser, or from the API's documentation."""
KEYS: dict[str, Check] = {
    "host": (
        lambda v: (
            isinstance(v, str)
            and bool(re.fullmatch(r"https?://[^/?#\s@][^?#\s@]*", v))
            and not PAGE.search(v)
        ),
        'the address of a DSS, with nothing after it: "https://dss.example.com"',
    ),
    "api_key": (
        lambda v: (
            isinstance(v, dict)
            and list(v) == ["env"]
            and isinstance(v["env"], str)
            and bool(v["env"])
        ),
        'the variable that holds it: api_key = { env = "DSS_KEY" }',
    ),
    "project_key_suffix": (
        lambda v: isinstance(v, str) and bool(re.fullmatch(r"[A-Za-z0-9_]*", v)),
        'letters, digits and underscores, such as "_DEV"',
    ),
    "owner": TEXT,
    "store": (
        _is_store,
        '"dss", "local", "git", { git = "PATH or URL", branch = "NAME" }, or a URL such as "s3://BUCKET/PREFIX"',
    ),
    "config": (lambda v: isinstance(v, dict), 'a table, such as { warehouse = "snowflake_dev" }'),
    "ca_bundle": TEXT,
    "insecure": FLAG,
    "timeout": (_is_number, "a number of seconds, such as 120"),
    "parallel": (lambda v: type(v) is int and v > 0, "a whole number above 0, such as 8"),
    "lock_timeout": (
        lambda v: isinstance(v, (int, float)) and not isinstance(v, bool) and v >= 0,
        "a number of seconds, such as 300",
    ),
    "emulator": (
        lambda v: (
            isinstance(v, bool)
            or (
                isinstance(v, dict)
                and all(k == "data" and isinstance(x, str) for k, x in v.items())
            )
        ),
        'true, or a table such as { data = ".dssdsl/emulator" }',
    ),
    "connections": (
        lambda v: isinstance(v, dict) and all(isinstance(x, str) for x in v.values()),
        'the DSS type of each by name, such as { warehouse = "Snowflake" }',
    ),
    "code_envs": TEXTS,
    "users": TEXTS,
}
TOP: dict[str, Check] = {
    "default_stack": TEXT,
    "program": TEXT,
    "defaults": (lambda v: isinstance(v, dict), "a table: [defaults]"),
    "stacks": (
        lambda v: isinstance(v, dict) and all(isinstance(s, dict) for s in v.values()),
        "tables: [stacks.dev]",
    ),
}
SYNONYMS = {
    "url": "host", "key": "api_key", "apikey": "api_key", "token": "api_key", "suffix": "project_key_suffix", "verify": "insecure",
    "ssl_verify": "insecure", "workers": "parallel", "variables": "config", "values": "config", "state": "store", "default": "default_stack",
}  # fmt: skip


@define
class Toml:
    """A ``dssdsl.toml``, checked."""

    path: Path
    defaults: dict[str, Any]
    stacks: dict[str, dict[str, Any]]
    default_stack: str | None
    program: str | None

    @classmethod
    def read(cls, path: Path) -> Toml:
        """
        Read the file.

        Raises:
            Faults: All that is wrong with it.
        """
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise ProgramError(
                "it is not UTF-8 text", at=str(path), fix="save it as UTF-8"
            ) from None
        try:
            document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"at line (\d+)", str(error))
            problem = re.sub(r" \(at .*\)$", "", str(error))
            last = text.count("\n") + 1
            raise ProgramError(
                f"{problem[:1].lower()}{problem[1:]}",
                at=f"{path}:{line[1] if line else last}",
                fix="it must be TOML",
            ) from None
        checker = _Checker(path, _lines(text))
        checker.check(document)
        if checker.faults:
            raise Faults(checker.faults)
        return cls(
            path,
            document.get("defaults", {}),
            document.get("stacks", {}),
            document.get("default_stack"),
            document.get("program"),
        )


@define
class _Checker:
    path: Path
    lines: Mapping[tuple[str, ...], int]
    faults: list[DssdslError] = field(factory=list)

    def check(self, document: dict[str, Any]) -> None:
        self._table(document, TOP, ())
        named = document.get("default_stack")
        stacks = document.get("stacks", {})
        if (
            isinstance(named, str)
            and isinstance(stacks, dict)
            and named not in stacks
            and named != EMULATED
        ):
            self._fault(
                f'default_stack is "{named}", which is no stack',
                ("default_stack",),
                _near(named, stacks),
            )
        defaults = document.get("defaults", {})
        if isinstance(defaults, dict):
            self._stack(defaults, ("defaults",))
        if not isinstance(stacks, dict):
            return
        for name, values in stacks.items():
            if isinstance(values, dict):
                self._stack(values, ("stacks", name))
                self._whole(name, values, defaults if isinstance(defaults, dict) else {})

    def _stack(self, values: dict[str, Any], at: tuple[str, ...]) -> None:
        if isinstance(key := values.get("api_key"), str):
            self._fault(
                "an API key does not belong into a file that others read",
                (*at, "api_key"),
                'take it from the environment: api_key = { env = "DSS_KEY" }; and make a new key, this one was in a file',
            )
            values = {k: v for k, v in values.items() if v is not key}
        store = values.get("store")
        place = store.get("git") if isinstance(store, dict) else store
        if isinstance(place, str) and re.search(r"://[^/@]*:[^/@]*@", place):
            self._fault(
                "a password does not belong into a file that others read",
                (*at, "store"),
                "leave it out of the URL, and let Git take it from a credential helper; change it, it was in a file",
            )
            values = {k: v for k, v in values.items() if v is not store}
        self._table(values, KEYS, at)
        config = values.get("config")
        for name, value in config.items() if isinstance(config, dict) else ():
            if not _plain(value):
                self._fault(
                    f'config "{name}" is {"a table" if isinstance(value, dict) else "a date or a mixed list"}',
                    (*at, "config", name),
                    "config values are strings, numbers, true or false, or lists of them; put a date in quotes",
                )

    def _whole(self, name: str, own: dict[str, Any], defaults: dict[str, Any]) -> None:
        at = ("stacks", name)
        values = _merged(defaults, own, emulated=False)
        emulated = bool(values.get("emulator"))
        if emulated and "host" in own:
            self._fault(f'stack "{name}" has a host and an emulator', at, "keep one of them")
        if not emulated and "host" not in values:
            self._fault(
                f'stack "{name}" has no host',
                at,
                'add host = "https://…", or emulator = true for a DSS in this process',
            )
        for key in ("connections", "code_envs", "users"):
            if not emulated and key in own:
                self._fault(
                    f'{key} of stack "{name}" belong to an emulator, and it has none',
                    (*at, key),
                    "leave them out",
                )
        if values.get("insecure") and own.get("ca_bundle"):
            self._fault(f'stack "{name}" has insecure and ca_bundle', at, "keep ca_bundle")
        bundle = values.get("ca_bundle")
        if isinstance(bundle, str) and not (self.path.parent / bundle).exists():
            self._fault(
                f'no file "{bundle}"', (*at, "ca_bundle"), f"ca_bundle is relative to {FILE}"
            )

    def _table(
        self, values: dict[str, Any], known: Mapping[str, Check], at: tuple[str, ...]
    ) -> None:
        for key, value in values.items():
            where = (*at, key)
            if key not in known:
                self._fault(f'{_header(at)} has no key "{key}"', where, _near(key, known))
            elif not known[key][0](value):
                self._fault(f"{key} cannot be {_say(value)}", where, f"{key} takes {known[key][1]}")

    def _fault(self, problem: str, place: tuple[str, ...], fix: str | None) -> None:
        line = next(
            (self.lines[place[:n]] for n in range(len(place), 0, -1) if place[:n] in self.lines),
            None,
        )
        self.faults.append(
            ProgramError(problem, at=f"{self.path}:{line}" if line else str(self.path), fix=fix)
        )


def _header(at: tuple[str, ...]) -> str:
    return f"[{'.'.join(at)}]" if at else FILE


def _near(word: str, known: Iterable[str]) -> str | None:
    names = list(known)
    if (meant := SYNONYMS.get(word.lower())) in names:
        return f'did you mean "{meant}"?'
    close = difflib.get_close_matches(word, names, n=1)
    return (
        f'did you mean "{close[0]}"?'
        if close
        else (f"it may be {', '.join(names)}" if names else None)
    )


def _lines(text: str) -> dict[tuple[str, ...], int]:
    """Where each table and key stands; tomllib does not tell."""
    lines: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]", line):
            table = tuple(_parts(header[1]))
            lines.setdefault(table, number)
        elif pair := re.match(
            r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""", line
        ):
            parts = tuple(_parts(pair[1]))
            for n in range(1, len(parts) + 1):
                lines.setdefault((*table, *parts[:n]), number)
    return lines


def _parts(dotted: str) -> list[str]:
    return [p.strip("\"'") for p in re.findall(r"""[\w-]+|"[^"]*"|'[^']*'""", dotted)]
