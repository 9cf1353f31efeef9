"""Operations on projects, their libraries and their Git."""

from __future__ import annotations

from .operations import operation


@operation("client.create_project")
def _(w):
    w.client.create_project("Q", "Name", "admin", description="d", tags=["a"])
    assert w.client.get_project("Q").get_metadata()["tags"] == ["a"]


@operation("project.delete()")
def _(w):
    w.project.delete()
    assert w.client.list_project_keys() == []


@operation("project.get_metadata+set_metadata")
def _(w):
    w.project.set_metadata({**w.project.get_metadata(), "tags": ["x"]})
    assert w.project.get_metadata()["tags"] == ["x"]


@operation("project settings: code env, exposed object, git commit mode")
def _(w):
    settings = w.project.get_settings()
    settings.set_python_code_env("env")
    settings.add_exposed_object("DATASET", "D", "Q")
    settings.get_raw()["settings"]["gitCommitMode"] = "EXPLICIT"
    settings.save()
    raw = w.project.get_settings().get_raw()
    assert raw["settings"]["codeEnvs"]["python"]["envName"] == "env"
    assert raw["exposedObjects"]["objects"][0]["localName"] == "D"
    assert raw["settings"]["gitCommitMode"] == "EXPLICIT"


@operation("project.update_variables")
def _(w):
    w.project.update_variables({"a": 1})
    assert w.project.get_variables() == {"standard": {"a": 1}, "local": {}}


@operation("project.set_permissions")
def _(w):
    w.project.set_permissions({"owner": "admin", "permissions": []})


@operation("library write existing")
def _(w):
    w.project.get_library().get_file("/python/x.py").write("a=1")
    assert w.project.get_library().get_file("/python/x.py").read() == "a=1"


@operation("library new folder + file")
def _(w):
    w.project.get_library().add_folder("dssdsl").add_file("state.json").write("{}")


@operation("library root add_file")
def _(w):
    w.project.get_library().add_file("notes.txt")


@operation("library rename/move/delete")
def _(w):
    w.project.get_library().get_file("/python/x.py").rename("y.py")
    library = w.project.get_library()
    library.get_file("/python/y.py").move_to(library.root)
    w.project.get_library().get_file("/y.py").delete()
    assert w.project.get_library().get_file("/y.py") is None


@operation("git status/log/diff")
def _(w):
    repo = w.project.get_project_git()
    assert repo.get_status()["clean"]
    assert repo.log(path="lib/python/x.py", count=5)["entries"]
    first, last = repo.log()["entries"][-1]["commitId"], w.head()
    assert repo.diff(commit_from=first, commit_to=last)["changedFiles"] > 0


@operation("git commit/tag/revert")
def _(w):
    repo = w.project.get_project_git()
    repo.commit("msg")
    repo.create_tag("v1", "HEAD", "m")
    assert repo.list_tags()[0]["shortName"] == "v1"
    repo.delete_tag("v1")
    before = w.head()
    w.project.set_variables({"standard": {"a": 1}, "local": {}})
    assert repo.revert_commit(w.head())["success"]
    assert repo.revert_to_revision(before)["success"]
    repo.reset_to_head()


@operation("git branches/remote")
def _(w):
    repo = w.project.get_project_git()
    assert repo.list_branches() == ["master"]
    repo.create_branch("b", w.head(), duplicate_project=True, target_project_key="PB")
    repo.create_branch("b", w.head())
    assert repo.switch("b")["success"]
    repo.set_remote(str(w.remote))
    assert repo.push()["success"]
    assert repo.pull()["success"]
    assert repo.fetch()["success"]
