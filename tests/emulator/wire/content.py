"""Operations on dashboards, wikis, and objects of the instance."""

from __future__ import annotations

from .operations import operation


@operation("wiki create_article with content")
def _(w):
    w.project.get_wiki().create_article("a", content="# x")
    assert w.project.get_wiki().get_article("a").get_data().get_body() == "# x"


@operation("create_dashboard")
def _(w):
    assert w.project.create_dashboard("d").get_settings().get_raw()["pages"] == []


@operation("create_insight")
def _(w):
    w.project.create_insight({"type": "chart", "name": "i", "params": {}})


@operation("insight save")
def _(w):
    made = w.project.create_insight({"type": "chart", "name": "i", "params": {}})
    made.get_settings().save()


@operation("create_webapp + save")
def _(w):
    w.project.create_webapp("w", "DASH").get_settings().save()


@operation("create_code_env")
def _(w):
    params = {"pythonInterpreter": "PYTHON311"}
    assert w.client.create_code_env("PYTHON", "e", "DESIGN_MANAGED", params).get_settings()


@operation("create_connection")
def _(w):
    w.client.create_connection("c2", "PostgreSQL", {"host": "h"})


@operation("create_group / create_user")
def _(w):
    w.client.create_group("g")
    w.client.create_user("u12", "secret", groups=["g"], profile="DATA_SCIENTIST")
