"""Every object of a project as the genuine client lists and reads it, and how it saves it back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataikuapi.dss.project import DSSProject


@dataclass(frozen=True)
class Part:
    """One object."""

    file: str
    """Where it lies in the project's folder."""

    shown: dict[str, Any]
    """What the client is shown."""

    save: Callable[[], object]
    """Saves what was shown, as it is."""


def parts(project: DSSProject) -> Iterator[Part]:
    """List and read all objects of a project."""
    yield from _flow(project)
    yield from _content(project)
    yield from _models(project)


def _flow(project: DSSProject) -> Iterator[Part]:
    for dataset in project.list_datasets(as_type="objects"):
        settings = dataset.get_settings()
        assert dataset.exists()
        assert dataset.get_schema() == settings.get_raw().get("schema")
        assert dataset.get_metadata()["tags"] == settings.get_raw().get("tags", [])
        assert isinstance(dataset.get_usages(), list)
        assert dataset.get_zone()
        dataset.get_info()
        dataset.get_data_quality_rules().list_rules()
        yield Part(f"datasets/{dataset.name}.json", settings.get_raw(), settings.save)
    for recipe in project.list_recipes(as_type="objects"):
        settings = recipe.get_settings()
        assert recipe.get_metadata()["label"] == recipe.name
        assert recipe.get_status().get_selected_engine_details()["type"]
        shown = settings.get_recipe_raw_definition()
        yield Part(f"recipes/{recipe.name}.json", shown, settings.save)
    for item in project.list_managed_folders():
        folder = project.get_managed_folder(item["id"])
        settings = folder.get_settings()
        assert folder.list_contents() == {"items": []}
        yield Part(f"managed_folders/{folder.id}.json", settings.get_raw(), settings.save)
    for endpoint in project.list_streaming_endpoints(as_type="objects"):
        settings = endpoint.get_settings()
        path = f"streaming_endpoints/{endpoint.streaming_endpoint_name}.json"
        yield Part(path, settings.get_raw(), settings.save)
    flow = project.get_flow()
    assert {item.name for item in project.list_datasets()} <= set(flow.get_graph().nodes)
    for zone in flow.list_zones():
        settings = flow.get_zone(zone.id).get_settings()
        if zone.id != "default":
            assert zone.get_graph()
            yield Part(f"zones/{zone.id}.json", settings.get_raw(), settings.save)
    for scenario in project.list_scenarios(as_type="objects"):
        settings = scenario.get_settings()
        assert scenario.get_last_runs() == []
        yield Part(f"scenarios/{scenario.id}.json", settings.get_raw(), settings.save)


def _content(project: DSSProject) -> Iterator[Part]:
    for item in project.list_dashboards():
        settings = project.get_dashboard(item.id).get_settings()
        yield Part(f"dashboards/{item.id}.json", settings.get_raw(), settings.save)
    for item in project.list_insights():
        settings = project.get_insight(item.id).get_settings()
        yield Part(f"insights/{item.id}.json", settings.get_raw(), settings.save)
    for app in project.list_webapps(as_type="objects"):
        settings = app.get_settings()
        yield Part(f"web_apps/{app.webapp_id}.json", settings.get_raw(), settings.save)
    for item in project.list_sql_notebooks():
        content = project.get_sql_notebook(item.id).get_content()
        yield Part(f"notebooks/sql/{item.id}/params.json", content.get_raw(), content.save)
    wiki = project.get_wiki()
    for article in wiki.list_articles():
        data = article.get_data()
        shown = data.article_data["article"]
        yield Part(f"wiki/articles/{article.article_id}.json", shown, data.save)
    library = project.get_library()
    for path, content in _library(library.list("/"), ""):
        file = library.get_file(path)
        yield Part(f"lib{path}", {}, lambda file=file, content=content: file.write(content))


def _library(items: Any, above: str) -> Iterator[tuple[str, bytes]]:
    for item in items:
        path = f"{above}/{item.name}"
        if hasattr(item, "read"):
            yield path, item.read(as_type="bytes")
        else:
            yield from _library(item.list(), path)


def _models(project: DSSProject) -> Iterator[Part]:
    for item in project.list_saved_models():
        model = project.get_saved_model(item["id"])
        settings = model.get_settings()
        model.list_versions()
        yield Part(f"saved_models/{item['id']}.json", settings.get_raw(), settings.save)
    for store in project.list_evaluation_stores():
        settings = store.get_settings()
        path = f"model_evaluation_stores/{store.id}.json"
        yield Part(path, settings.get_raw(), settings.save)
    for item in project.list_analyses():
        analysis = project.get_analysis(item["analysisId"])
        definition = analysis.get_definition()
        analysis.list_ml_tasks()
        path = f"analysis/{item['analysisId']}/core_params.json"
        yield Part(path, definition.get_raw(), definition.save)
    for item in project.list_api_services():
        settings = project.get_api_service(item.id).get_settings()
        yield Part(f"lambda_services/{item.id}.json", settings.get_raw(), settings.save)
    for item in project.list_knowledge_banks():
        settings = project.get_knowledge_bank(item.id).get_settings()
        yield Part(f"knowledge-banks/{item.id}.json", settings.get_raw(), settings.save)


def save_rest(project: DSSProject) -> None:
    """Save what a project has once, as it is read."""
    project.set_metadata(project.get_metadata())
    project.get_settings().save()
    project.set_permissions(project.get_permissions())
    project.set_tags(project.get_tags())
    project.set_variables(project.get_variables())
    project.get_wiki().get_settings().save()


def stored(folder: Path, file: str) -> dict[str, Any]:
    """Return what a file holds, without what it lacks elsewhere: its version."""
    document: dict[str, Any] = json.loads((folder / file).read_bytes())
    return {key: value for key, value in document.items() if key != "versionTag"}


PARTED = ("id", "projectKey", "params", "config", "endpoints")
"""What is shown with more, or less, than the file has: names, and code that lies in files."""
