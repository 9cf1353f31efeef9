"""The keys of ``dssdsl.toml``: a check for each of them, and what a message says that it takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

Check = tuple[Callable[[Any], bool], str]


def is_plain(value: Any) -> bool:
    """Whether *value* is a string, number or boolean, or a list of them."""
    if isinstance(value, list):
        return all(isinstance(v, (str, bool, int, float)) for v in value)
    return isinstance(value, (str, bool, int, float))


def _matches(pattern: str) -> Callable[[Any], bool]:
    compiled = re.compile(pattern)
    return lambda v: isinstance(v, str) and bool(compiled.fullmatch(v))


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(TEXT[0](v) for v in value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0


_PAGE = re.compile(r"/(projects|home|login|admin|dip|public)(/|$)")
"""In an address that was copied from the browser, or from the API's documentation."""
_is_url = _matches(r"(?i:https?)://[^/?#\s@][^?#\s@]*")
_is_label = _matches(r"\w([\w-]{0,61}\w)?")
_is_branch = _matches(r"[A-Za-z0-9_][A-Za-z0-9_-]*(/[A-Za-z0-9_][A-Za-z0-9_-]*)*")
_is_place = _matches(r"dss|local|git|(s3|gs|gcs|az|abfs|memory)://[^/?#\s][^?#\s]*|file:///[^?#]*")


def is_address(value: Any) -> bool:
    """Whether *value* is the address of a server: its host name and its port can exist."""
    if not _is_url(value):
        return False
    try:
        parts = urlsplit(value)
        name, port = parts.hostname or "", parts.port
    except ValueError:  # a port that is no number, or half an IPv6 address
        return False
    if parts.netloc.endswith(":") or port == 0:
        return False
    return ":" in name or all(_is_label(label) for label in name.removesuffix(".").split("."))


def _is_store(value: Any) -> bool:
    if not isinstance(value, dict):
        return _is_place(value)
    return (
        "git" in value
        and value.keys() <= {"git", "branch"}
        and all(isinstance(v, str) and v for v in value.values())
        and _is_branch(value.get("branch", "main"))
    )


def _is_env(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and list(value) == ["env"]
        and isinstance(value["env"], str)
        and bool(value["env"].strip())
        and "=" not in value["env"]
    )


def _is_emulator(value: Any) -> bool:
    if isinstance(value, bool):
        return True
    return isinstance(value, dict) and all(k == "data" and TEXT[0](v) for k, v in value.items())


TEXT: Check = (lambda v: isinstance(v, str) and bool(v.strip()), "a string")
FLAG: Check = (lambda v: isinstance(v, bool), "true or false")
TEXTS: Check = (_is_texts, 'a list of strings, such as ["a", "b"]')
STACK: dict[str, Check] = {
    "host": (
        lambda v: is_address(v) and not _PAGE.search(v),
        'the address of a DSS, without the path of a page: "https://dss.example.com"',
    ),
    "api_key": (_is_env, 'the name of an environment variable: api_key = { env = "DSS_KEY" }'),
    "project_key_suffix": (
        _matches(r"[A-Za-z0-9_]*"),
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
    "timeout": (lambda v: _is_number(v) and v > 0, "a number of seconds, such as 120"),
    "parallel": (lambda v: type(v) is int and v > 0, "a whole number above 0, such as 8"),
    "lock_timeout": (_is_number, "a number of seconds, such as 300"),
    "history": (lambda v: type(v) is int and v > 0, "a whole number above 0, such as 100"),
    "journal": (lambda v: isinstance(v, str) and bool(v.strip()), "the path of a folder"),
    "emulator": (_is_emulator, 'true, or a table such as { data = ".dssdsl/emulator" }'),
    "connections": (
        lambda v: isinstance(v, dict) and _is_texts([*v, *v.values()]),
        'the DSS type of each connection, such as { warehouse = "Snowflake" }',
    ),
    "code_envs": TEXTS,
    "users": TEXTS,
}
"""Keys of ``[stacks.NAME]`` and ``[defaults]``."""
EMULATOR_ONLY = ("connections", "code_envs", "users")
TOP: dict[str, Check] = {
    "name": (
        _matches(r"[A-Za-z0-9][A-Za-z0-9._-]*"),
        'letters, digits, dots, hyphens and underscores, such as "sales"',
    ),
    "default_stack": TEXT,
    "program": TEXT,
    "defaults": (lambda v: isinstance(v, dict), "a table: [defaults]"),
    "stacks": (
        lambda v: isinstance(v, dict) and all(isinstance(s, dict) for s in v.values()),
        "tables: [stacks.dev]",
    ),
}
"""Keys at the top of the file."""
SYNONYMS = {
    "url": "host", "key": "api_key", "apikey": "api_key", "token": "api_key", "suffix": "project_key_suffix", "verify": "insecure",
    "ssl_verify": "insecure", "workers": "parallel", "variables": "config", "values": "config", "state": "store", "default": "default_stack",
}  # fmt: skip
"""Words of other tools for our keys."""
