"""What the emulator can be asked, one file per family."""

from __future__ import annotations

from importlib import import_module

_FAMILIES = (
    *("projects", "settings", "datasets", "detection", "recipes", "scenarios", "flow", "folders"),
    *("models", "libraries", "git", "admin", "project_folders", "jobs", "dashboards", "webapps"),
    *("notebooks", "wiki", "archives", "data_quality", "code_envs", "security", "messaging"),
    *("streaming", "api_services", "lab", "knowledge_banks", "agents"),
)


def load() -> None:
    """Register every route."""
    for family in _FAMILIES:
        import_module(f"{__name__}.{family}")
