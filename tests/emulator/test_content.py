"""Dashboards, insights, web apps, notebooks and the wiki."""

from __future__ import annotations

import json

import pytest
from dataikuapi.dss.notebook import DSSNotebook
from dataikuapi.utils import DataikuException

from dssdsl.emulator import Emulator


def test_a_new_project_has_one_dashboard(project):
    (item,) = project.list_dashboards()
    assert item.name == "Sales's default dashboard"
    assert item.listed
    assert (item.num_pages, item.num_tiles) == (1, 0)
    item.to_dashboard().delete()
    assert project.list_dashboards() == []


def test_dashboards(project, folder, messages):
    made = project.create_dashboard("d", {"pages": [{"title": "p", "grid": {"tiles": [{}]}}]})
    assert len(made.dashboard_id) == 7
    settings = made.get_settings()
    assert len(settings.get_raw()["pages"][0]["id"]) == 7
    settings.get_raw()["listed"] = True
    settings.get_raw()["tags"] = ["b", "a"]
    settings.get_raw()["nonsense"] = 1
    settings.save()
    raw = made.get_settings().get_raw()
    assert (raw["tags"], raw["listed"]) == (["a", "b"], True)
    assert "nonsense" not in raw
    assert raw["versionTag"]["versionNumber"] == 1
    assert [*json.loads(folder(f"dashboards/{made.dashboard_id}.json"))][:2] == ["pages", "owner"]
    assert messages()[:2] == [
        f"Saved dashboard SALES.{made.dashboard_id}",
        f"Created dashboard SALES.{made.dashboard_id}",
    ]
    with pytest.raises(DataikuException, match=r"dashboard does not exist: SALES\.nothing"):
        project.get_dashboard("nothing").get_settings()


def test_insights_are_saved_by_post(project, client, folder):
    made = project.create_insight({"type": "chart", "name": "i", "params": {"a": 1}})
    settings = made.get_settings()
    settings.get_raw()["params"] = {"a": 2}
    settings.save()
    assert made.get_settings().get_raw()["params"] == {"a": 2}
    (item,) = project.list_insights()
    assert (item.id, item.name, item.type, item.listed, item.owner) == (
        *(made.insight_id, "i", "chart", False),
        "admin",
    )
    assert '"type": "chart"' in folder(f"insights/{made.insight_id}.json")
    with pytest.raises(DataikuException, match="not supported"):
        client._perform_empty("PUT", f"/projects/SALES/insights/{made.insight_id}", body={})
    made.delete()
    assert project.list_insights() == []


@pytest.mark.parametrize(
    ("kind", "files"),
    [
        ("STANDARD", {"app.js", "backend.py", "body.html", "style.css"}),
        ("DASH", {"backend.py"}),
        ("SHINY", {"server.R", "ui.R"}),
    ],
)
def test_web_apps_keep_their_code_in_files(project, dss, kind, files):
    made = project.create_webapp("w", kind)
    path = dss.project_folder("SALES") / "web_apps" / made.webapp_id
    assert {each.name for each in path.iterdir()} == files
    settings = made.get_settings()
    settings.get_raw()["params"]["python"] = "print('é')\n"
    settings.save()
    assert made.get_settings().get_raw()["params"]["python"] == "print('é')\n"
    assert (path / "backend.py").read_text(encoding="utf-8") == "print('é')\n"
    assert "print" not in path.with_suffix(".json").read_text(encoding="utf-8")
    assert project.list_webapps()[0]["type"] == kind


def test_web_apps_of_plugins_and_of_no_type(project, client):
    path, kind = "/projects/SALES/webapps/", "webapp_plugin_app"
    made = client._perform_json("POST", path, body={"name": "w", "type": kind})["webAppId"]
    assert "python" not in project.get_webapp(made).get_settings().get_raw()["params"]
    with pytest.raises(DataikuException, match="Unknown webapp type: nonsense"):
        client._perform_json("POST", path, body={"name": "w", "type": "nonsense"})


def test_web_apps_have_no_delete(project, client):
    made = project.create_webapp("w")
    with pytest.raises(DataikuException, match="'DELETE' not supported"):
        client._perform_empty("DELETE", f"/projects/SALES/webapps/{made.webapp_id}")
    assert not made.get_state().running
    with pytest.raises(DataikuException, match="NotEmulated"):
        made.start_or_restart_backend()


def test_jupyter_notebooks(project, folder, messages):
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    cell = {"cell_type": "code", "source": ["1"], "outputs": [], "execution_count": None}
    content = {"metadata": {"kernelspec": kernel}, "cells": [{**cell, "metadata": {}}]}
    made = project.create_jupyter_notebook("my notes", {**content, "nbformat": 4})
    found = made.get_content()
    assert found.get_cells()[0]["execution_count"] == 0
    assert found.get_metadata()["creator"] == "admin"
    found.get_cells()[0]["source"] = ["é"]
    found.save()
    assert made.get_content().get_cells()[0]["source"] == ["é"]
    assert '"é"' in folder("ipython_notebooks/my notes.ipynb")
    (item,) = project.list_jupyter_notebooks(as_type="listitems")
    assert (item.name, item.language, item.kernel_spec) == ("my notes", "python", kernel)
    assert project.list_jupyter_notebooks(active=True) == []
    assert made.get_sessions() == []
    assert messages()[0] == "Saved Jupyter notebook 'my notes'"
    with pytest.raises(DataikuException, match="already exists"):
        project.create_jupyter_notebook("my notes", content)
    made.delete()
    assert project.list_jupyter_notebooks() == []


@pytest.mark.parametrize("name", ["%2e%2e%2fparams", ".hidden", "a%2Fb"])
def test_notebooks_stay_in_their_folder(project, client, name):
    with pytest.raises(DataikuException, match="Invalid notebook name"):
        client._perform_json("POST", f"/projects/SALES/jupyter-notebooks/{name}", body={})


def test_sql_notebooks(project, folder):
    made = project.create_sql_notebook(
        {"projectKey": "SALES", "connection": "postgres", "cells": [{"code": "SELECT 1"}]}
    )
    content = made.get_content()
    (cell,) = content.cells
    assert cell["id"]
    assert (cell["type"], cell["code"]) == ("QUERY", "SELECT 1")
    content.cells.append({"type": "MARKDOWN", "code": "# x"})
    content.save()
    assert len(made.get_content().cells) == 2
    assert '"connection": "postgres"' in folder(f"notebooks/sql/{made.notebook_id}/params.json")
    (item,) = project.list_sql_notebooks()
    assert (item.id, item.language, item.connection) == (made.notebook_id, "SQL", "postgres")
    history = made.get_history()
    history.history[cell["id"]] = {"q": {"id": "q", "state": "DONE"}}
    history.save()
    assert [each.get_raw()["id"] for each in made.get_history().get_query_runs(cell["id"])] == ["q"]
    made.clear_history()
    assert made.get_history().get_query_runs(cell["id"]) == []
    made.delete()
    assert project.list_sql_notebooks() == []


def test_the_wiki(project, folder, messages):
    wiki = project.get_wiki()
    assert wiki.list_articles() == []
    home = wiki.create_article("Home", content="# é\r\n")
    child = wiki.create_article("Child", parent_id=home.article_id, content="x")
    assert (home.article_id, child.article_id) == ("1", "2")
    assert folder("wiki/articles/1.md") == "# é\r\n"
    assert wiki.get_article("Child").article_id == "2"
    assert wiki.get_article("1").get_data().get_body() == "# é\r\n"
    assert [each.article_id for each in wiki.list_articles()] == ["1", "2"]
    settings = wiki.get_settings()
    assert settings.get_home_article_id() == "1"
    settings.move_article_in_taxonomy("2")
    settings.set_home_article_id("2")
    settings.save()
    assert json.loads(folder("wiki/taxonomy.json")) == {
        "homeArticleId": "2",
        "taxonomy": [{"id": "1", "children": []}, {"id": "2", "children": []}],
    }
    data = child.get_data()
    data.set_name("Renamed")
    data.save()
    assert wiki.get_article("Renamed").article_id == "2"
    child.delete()
    assert wiki.get_settings().get_home_article_id() is None
    assert [each.article_id for each in wiki.list_articles()] == ["1"]
    assert messages()[0] == "Deleted article SALES.2"


def test_articles_below_a_deleted_one_move_up(project):
    wiki = project.get_wiki()
    first = wiki.create_article("a")
    wiki.create_article("b", parent_id=first.article_id)
    first.delete()
    assert wiki.get_settings().get_taxonomy() == [{"id": "2", "children": []}]
    assert wiki.create_article("c").article_id == "3"


def test_content_survives_a_restart(tmp_path, connect):
    with Emulator(tmp_path, connections={"postgres": "PostgreSQL"}) as first:
        project = connect(first).create_project("P", "P", "admin")
        notebook = project.create_sql_notebook(
            {"projectKey": "P", "connection": "postgres", "cells": []}
        )
        project.get_wiki().create_article("a", content="x")
        web = project.create_webapp("w", "DASH")
    with Emulator(tmp_path) as second:
        project = connect(second).get_project("P")
        assert project.list_sql_notebooks()[0].id == notebook.notebook_id
        assert project.get_wiki().get_article("a").get_data().get_body() == "x"
        assert project.get_webapp(web.webapp_id).get_settings().get_raw()["params"]["python"] == ""


def test_no_notebook_runs(project, client):
    content = {"metadata": {"kernelspec": {}}, "nbformat": 4, "nbformat_minor": 4, "cells": []}
    notebook = project.create_jupyter_notebook("n", content)
    assert notebook.get_sessions() == []
    assert project.list_running_notebooks() == client.list_running_notebooks() == []
    assert DSSNotebook(client, "SALES", "n").get_state()["activeSessions"] == []
    with pytest.raises(DataikuException, match="Session does not exist: s"):
        client._perform_json("DELETE", "/projects/SALES/jupyter-notebooks/n/sessions/s")
