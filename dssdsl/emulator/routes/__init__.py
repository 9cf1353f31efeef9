"""The calls that the emulator serves, one file per family."""

from __future__ import annotations

from importlib import import_module

from dssdsl.emulator.http.routing import absent

_FAMILIES = (
    *("projects", "settings", "datasets", "detection", "recipes", "scenarios", "flow", "folders"),
    *("models", "libraries", "git", "admin", "project_folders", "jobs", "dashboards", "webapps"),
    *(
        "notebooks",
        "wiki",
        "archives",
        "data_quality",
        "code_envs",
        "security",
        "api_keys",
        "messaging",
    ),
    *("streaming", "api_services", "lab", "knowledge_banks", "agents", "statistics"),
    *("code_studios", "comparisons", "metrics", "discussions", "library_refs", "plugins", "tables"),
)


_ABSENT = (
    ("GET", "/projects/{project}/agents/skills"),
    ("POST", "/admin/code-envs/from-python-preset/{name}"),
    ("POST", "/admin/code-envs/internal-env/create"),
    ("GET", "/projects/{project}/recipes/templates"),
    ("GET", "/projects/{project}/scenarios/last-test-scenario-runs-html-report"),
    ("GET", "/projects/{project}/scenarios/last-test-scenario-runs-report"),
    ("POST", "/projects/{project}/code-studios"),
)


def load() -> None:
    """Register every route."""
    for family in _FAMILIES:
        import_module(f"{__name__}.{family}")
    for method, pattern in _ABSENT:
        absent(method, pattern)
