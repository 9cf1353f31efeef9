"""The calls that the emulator serves, one file per family."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from dssdsl.emulator.http.routing import absent

_ABSENT = (
    ("GET", "/projects/{project}/agents/skills"),
    ("POST", "/admin/code-envs/from-python-preset/{name}"),
    ("POST", "/admin/code-envs/internal-env/create"),
    ("GET", "/projects/{project}/recipes/templates"),
    ("GET", "/projects/{project}/scenarios/last-test-scenario-runs-html-report"),
    ("GET", "/projects/{project}/scenarios/last-test-scenario-runs-report"),
    ("POST", "/projects/{project}/code-studios"),
    ("POST", "/projects/{project}/agents/skills"),
    ("GET", "/projects/{project}/datasets/{name}/data"),
    ("POST", "/projects/{project}/evaluationstores/{name}/evaluations"),
    ("DELETE", "/projects/{project}/evaluationstores/{name}/evaluations"),
    ("POST", "/projects/{project}/lab/{name}/models"),
    ("POST", "/projects/{project}/models/lab"),
    ("GET", "/projects/{project}/models/lab/documentations/{name}"),
)


def load() -> None:
    """Register every route."""
    for family in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{family.name}")
    for method, pattern in _ABSENT:
        absent(method, pattern)
