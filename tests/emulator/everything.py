"""List, read and save every object of a project with the genuine client."""

from __future__ import annotations

import functools
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
    """Its path in the project's folder."""

    shown: dict[str, Any]
    """What the client reads."""

    save: Callable[[], object]
    """Saves it unchanged."""

    content: bytes | None = None
    """What the client reads of a file without JSON."""


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
        rules = dataset.get_data_quality_rules()
        checks = settings.get_raw().get("metricsChecks", {}).get("checks", [])
        assert rules.list_rules(as_type="dict") == checks
        assert rules.get_last_rules_results() == rules.get_rules_history() == []
        assert dataset.get_last_metric_values().get_all_ids() == []
        for worksheet in dataset.list_statistics_worksheets():
            kept = worksheet.get_settings()
            path = f"statistics_worksheets/{worksheet.worksheet_id}.json"
            yield Part(path, kept.get_raw(), kept.save)
        yield Part(f"datasets/{dataset.name}.json", settings.get_raw(), settings.save)
    for recipe in project.list_recipes(as_type="objects"):
        settings = recipe.get_settings()
        assert "label" not in recipe.get_metadata()
        assert recipe.get_status().get_selected_engine_details()["type"]
        shown = settings.get_recipe_raw_definition()
        yield Part(f"recipes/{recipe.name}.json", shown, settings.save)
    for item in project.list_managed_folders():
        folder = project.get_managed_folder(item["id"])
        settings = folder.get_settings()
        assert folder.list_contents() == {"items": []}
        assert isinstance(folder.get_usages(), list)
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
        if settings.get_raw()["type"] == "custom_python":
            script = f"scenarios/{scenario.id}.py"
            yield Part(script, {}, settings.save, settings.code.encode())
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
        notebook = project.get_sql_notebook(item.id)
        content, history = notebook.get_content(), notebook.get_history()
        yield Part(f"notebooks/sql/{item.id}/params.json", content.get_raw(), content.save)
        yield Part(f"notebooks/sql/{item.id}/queries.json", {}, history.save)
    for notebook in project.list_jupyter_notebooks(as_type="objects"):
        assert notebook.get_sessions() == []
        content = notebook.get_content()
        path = f"ipython_notebooks/{notebook.notebook_name}.ipynb"
        yield Part(path, {}, content.save)
    wiki = project.get_wiki()
    for article in wiki.list_articles():
        data = article.get_data()
        shown = data.article_data["article"]
        yield Part(f"wiki/articles/{article.article_id}.json", shown, data.save)
        text = data.get_body().encode()
        yield Part(f"wiki/articles/{article.article_id}.md", {}, data.save, text)
    library = project.get_library()
    for path, content in _library(library.list("/"), ""):
        file = library.get_file(path)
        write = functools.partial(file.write, content)
        yield Part(f"lib{path}", {}, write, content)


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
        for task in analysis.list_ml_tasks()["mlTasks"]:
            yield _ml_task(project, task)
        path = f"analysis/{item['analysisId']}/core_params.json"
        yield Part(path, definition.get_raw(), definition.save)
    for item in project.list_api_services():
        settings = project.get_api_service(item.id).get_settings()
        yield Part(f"lambda_services/{item.id}.json", settings.get_raw(), settings.save)
    for item in project.list_knowledge_banks():
        settings = project.get_knowledge_bank(item.id).get_settings()
        yield Part(f"knowledge-banks/{item.id}.json", settings.get_raw(), settings.save)

    for comparison in project.list_evaluation_comparisons():
        settings = comparison.get_settings()
        path = f"model_comparisons/{comparison.comparison_id}.json"
        yield Part(path, settings.get_raw(), settings.save)
    for item in project.list_agent_tools():
        settings = project.get_agent_tool(item.id).get_settings()
        yield Part(f"agent-tools/{item.id}.json", settings.get_raw(), settings.save)
    for studio in project.list_code_studios(as_type="objects"):
        settings = studio.get_settings()
        path, keep = f"code_studios/{studio.code_studio_id}.json", (lambda: None)
        yield Part(path, settings.get_raw(), keep)  # no call saves one
    for item in project.list_agents():
        settings = project.get_agent(item.id).get_settings()
        yield Part(f"saved_models/{item.id}.json", {}, settings.save)


def _ml_task(project: DSSProject, head: dict[str, Any]) -> Part:
    analysis, name = head["analysisId"], head["mlTaskId"]
    path = f"analysis/{analysis}/ml/{name}/params.json"
    task = project.get_ml_task(analysis, name)
    assert task.get_status()["fullModelIds"] == []
    if head["taskType"] == "PREDICTION" and "predictionType" not in head:
        # What was never guessed has no type of prediction, and the client cannot read it then.
        url = f"/projects/{project.project_key}/models/lab/{analysis}/{name}/settings"
        shown = project.client._perform_json("GET", url)
        save = functools.partial(project.client._perform_empty, "POST", url, body=shown)
        return Part(path, shown, save)
    settings = task.get_settings()
    return Part(path, settings.get_raw(), settings.save)


UNREAD = {
    "explore/": "how somebody looks at a dataset: no call of the API",
    "code_studios/": "their documents are read, their own files are not",
    "code-reports/": "no call of the API",
    "app-manifest.json": "read and saved where the project is an application",
    "active-bundle.json": "no call of the API",
    "badges.json": "no call of the API",
    "filters.json": "no call of the API",
    "pinboard.json": "no call of the API",
    "apikeys.json": "no call of the API",
    "git-info.json": "no call of the API",
    "merge-requests.json": "no call of the API",
    "version-tags.json": "shown in each object",
}
"""Prefixes of files that no call returns, and why."""

ONCE = ("params.json", "tags.json", "variables.json", "localvariables.json", "wiki/taxonomy.json")
"""Files that ``save_rest`` reads and saves."""


def save_rest(project: DSSProject) -> None:
    """Save each object of a project once, as it was read."""
    project.set_metadata(project.get_metadata())
    project.get_settings().save()
    project.set_permissions(project.get_permissions())
    project.set_tags(project.get_tags())
    project.set_variables(project.get_variables())
    project.get_wiki().get_settings().save()
    if project.get_settings().get_raw().get("projectAppType", "REGULAR") != "REGULAR":
        project.get_app_manifest().save()


def stored(folder: Path, file: str) -> dict[str, Any]:
    """Return the content of a file, without its version."""
    document: dict[str, Any] = json.loads((folder / file).read_bytes())
    return {key: value for key, value in document.items() if key != "versionTag"}


PARTED = ("id", "projectKey", "params", "config", "endpoints")
"""Keys that responses add to the file or leave out: names, and code in files of its own."""
