"""Which object is which: by id and creation, never by name alone."""

from __future__ import annotations

import contextlib

import pytest

from dssdsl.dss.session import Session
from dssdsl.emulator import InProcess, User
from dssdsl.engine.identity import is_same, made_by, moved
from dssdsl.errors import DssdslError, ProgramErrors
from dssdsl.lang.keys import Key
from dssdsl.lang.live import Live
from dssdsl.plan.options import Options
from dssdsl.plan.steps import Action
from dssdsl.state.snapshot import Attempt, Entry
from tests.support.world import World, emulator

HEAD = """
from dssdsl import *
Project("SALES")
a = SQLDataset("A", connection="pg", table="a", columns={"id": "bigint"})
b = SQLDataset("B", connection="pg", table="b", columns={"id": "bigint"})
"""
KINDS = {
    "dataset": 'Dataset("X", connection="filesystem_managed", description="ours")\n',
    "managed_folder": 'ManagedFolder("X", description="ours")\n',
    "recipe": 'PythonRecipe("X", inputs=a, outputs=b, code="x = 1", description="ours")\n',
    "scenario": 'Scenario("X", code="x = 1", description="ours")\n',
    "zone": 'c = Dataset("C", connection="filesystem_managed", zone=FlowZone("X", tags="ours"))\n',
    "library_file": 'LibraryFile("X.py", content="x = 1")\n',
}
CREATION = {
    "dataset": r"POST .*/datasets/managed",
    "managed_folder": r"POST .*/managedfolders",
    "recipe": r"POST .*/recipes",
    "scenario": r"POST .*/scenarios",
    "zone": r"POST .*/flow/zones$",
    "library_file": r"POST .*/contents/X.py",
}
RECREATED = [kind for kind in KINDS if kind != "library_file"]
"""Kinds of which DSS says that another object has the name: by its date, or by an id that it makes up."""


@pytest.fixture
def world(tmp_path):
    keys = {"emulator": User("admin"), "key-of-alice": User("alice")}
    with emulator(keys=keys) as dss:
        world = World(tmp_path, dss)
        world.write('name = "sales"\n', "dssdsl.toml")
        world.write(HEAD)
        world.up()
        yield world


def project_of(world, key="key-of-alice"):
    """The project, as the genuine client of a user has it."""
    session = Session("http://emulator", key, adapter=InProcess(world.dss))
    return session.client.get_project("SALES")


def found(world, kind):
    """What the project has of the name X."""
    project = project_of(world)
    if kind == "zone":
        return [zone for zone in project.get_flow().list_zones() if zone.name == "X"]
    if kind == "managed_folder":
        return [each for each in project.list_managed_folders() if each["name"] == "X"]
    if kind == "library_file":
        return [each for each in project.get_library().list() if each.name == "X.py"]
    listed = {"dataset": project.list_datasets, "recipe": project.list_recipes, "scenario": project.list_scenarios}  # fmt: skip
    field = "id" if kind == "scenario" else "name"
    return [each for each in listed[kind]() if each[field] == "X"]


def make(world, kind, key="key-of-alice"):
    """Somebody creates an X of their own in the UI."""
    project = project_of(world, key)
    if kind == "dataset":
        project.new_managed_dataset("X").with_store_into("filesystem_managed").create()
    elif kind == "managed_folder":
        project.create_managed_folder("X").put_file("precious.txt", b"x")
    elif kind == "recipe":
        recipe = project.new_recipe("python", "X")
        recipe.with_input("A").with_output("B").with_script("theirs = 1\n").create()
    elif kind == "scenario":
        project.create_scenario("X", "custom_python")
    elif kind == "zone":
        zone = project.get_flow().create_zone("X")
        project.create_dataset("HERS", "Filesystem", {"connection": "filesystem_managed", "path": "/h"})  # fmt: skip
        project.get_dataset("HERS").move_to_zone(zone)
    else:
        project.get_library().add_file("X.py").write("theirs = 1\n")


def remove(world, kind):
    """Somebody deletes X in the UI."""
    project = project_of(world)
    if kind == "zone":
        found(world, kind)[0].delete()
    elif kind == "managed_folder":
        project.get_managed_folder(found(world, kind)[0]["id"]).delete()
    elif kind == "library_file":
        project.get_library().get_file("X.py").delete()
    else:
        getattr(project, f"get_{kind}")("X").delete()


def cut_off(world, kind, *, after):
    """The creation is not answered."""
    world.write(HEAD + KINDS[kind])
    world.dss.cut(CREATION[kind], after=after)
    with pytest.raises(DssdslError):
        world.up()
    world.dss.faults.clear()


@pytest.mark.parametrize("kind", KINDS)
def test_objects_that_others_create_after_an_unanswered_creation_are_theirs(world, kind):
    cut_off(world, kind, after=False)
    make(world, kind)

    with pytest.raises(ProgramErrors, match="exists in DSS already and differs"):
        world.up()
    world.write(HEAD)
    world.up()

    assert found(world, kind)


@pytest.mark.parametrize("kind", [kind for kind in RECREATED if kind != "zone"])
def test_objects_that_the_same_user_creates_much_later_do_not_count(world, kind):
    cut_off(world, kind, after=False)
    world.dss.clock.move(3600)
    make(world, kind, "emulator")

    world.write(HEAD)
    world.up()

    assert found(world, kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("elsewhere", [False, True], ids=["here", "elsewhere"])
def test_an_object_of_an_unanswered_creation_is_the_deployments(world, kind, elsewhere, tmp_path):
    cut_off(world, kind, after=True)
    if elsewhere:
        world.folder = tmp_path / "elsewhere"
        world.write('name = "sales"\n', "dssdsl.toml")
    world.write(HEAD + KINDS[kind])

    world.up()
    assert not world.preview()
    world.write(HEAD)
    world.up()

    assert not found(world, kind)


@pytest.mark.parametrize("kind", RECREATED)
def test_another_users_object_of_the_same_name_is_theirs(world, kind):
    world.write(HEAD + KINDS[kind])
    world.up()
    remove(world, kind)
    make(world, kind)

    said = "which (alice|somebody) created.* exists in DSS already and differs"
    with pytest.raises(ProgramErrors, match=said):
        world.up()
    world.write(HEAD)
    plan = world.preview(delete_data=True)
    world.up(delete_data=True)

    assert [Action.FORGET] == [s.action for s in plan.steps if s.kind == kind]
    assert found(world, kind)
    assert not world.preview()


@pytest.mark.parametrize("kind", RECREATED)
def test_another_users_object_of_the_same_name_is_adopted_with_consent(world, kind):
    world.write(HEAD + KINDS[kind])
    world.up()
    remove(world, kind)
    make(world, kind)

    world.up(adopt=True, replaces=("*",), moves=("*",))

    assert not world.preview()
    snapshot = world.workspace().snapshots(["SALES"])["SALES"]
    assert snapshot.entries[f"{kind}/X"].origin == "adopted"


@pytest.mark.parametrize("kind", [kind for kind in RECREATED if kind != "zone"])
def test_objects_created_between_plan_and_delete_stay(world, kind):
    world.write(HEAD + KINDS[kind])
    world.up()
    world.write(HEAD)
    workspace = world.workspace()
    prepared = workspace.prepare(Options())
    remove(world, kind)
    make(world, kind)

    with contextlib.suppress(DssdslError):  # what has another id is simply not there
        workspace.run(prepared)

    assert found(world, kind)


@pytest.mark.parametrize("how", ["destroy", "destroy_all"])
def test_destroy_keeps_other_peoples_objects_of_the_same_name(world, how):
    world.write(HEAD + KINDS["managed_folder"])
    world.up()
    remove(world, "managed_folder")
    make(world, "managed_folder")

    if how == "destroy_all":
        with pytest.raises(ProgramErrors, match="holds what dssdsl does not manage"):
            world.destroy()
    else:
        world.destroy(excludes=("SALES",))

    assert found(world, "managed_folder")


def test_a_dataset_stays_managed_after_a_refused_upload(world, tmp_path):
    """A creation in parts: the dataset is there, and the file is refused."""
    (tmp_path / "x.csv").write_text("id\n1\n")
    text = HEAD + 'UploadedFilesDataset("X", files="x.csv", columns={"id": "bigint"})\n'
    world.write(text)
    world.dss.refuse(r"POST .*/uploaded/files", status=400)
    with pytest.raises(DssdslError):
        world.up()
    world.dss.faults.clear()

    world.up()

    assert not world.preview()
    assert project_of(world).get_dataset("X").uploaded_list_files()


def test_an_object_is_its_id_and_creation():
    live = Live("X", "X", created_at=2.0)

    assert is_same(Entry(id="X", created_at=2.0), live)
    assert is_same(Entry(id="X"), live)
    assert is_same(Entry(id="X", created_at=2.0), Live("X", "X"))
    assert not is_same(Entry(id="X", created_at=1.0), live)
    assert not is_same(Entry(id="Y", created_at=2.0), live)


@pytest.mark.parametrize(
    ("made_at", "made_by_whom", "expected"),
    [(10.0, "me", True), (15.5, None, True), (9.9, "me", False), (20.1, "me", False), (12.0, "you", False), (None, None, None)],
)  # fmt: skip
def test_an_object_created_by_the_user_during_the_attempt_is_the_attempts(
    made_at, made_by_whom, expected
):
    attempt = Attempt(before=("old",), by="me", since=10.0, until=20.0)

    assert expected is made_by(attempt, Live("X", "X", created_at=made_at, created_by=made_by_whom))
    assert made_by(attempt, Live("X", "old", created_at=12.0, created_by="me")) is False


def test_an_attempt_without_a_time_proves_nothing():
    assert made_by(Attempt(by="me"), Live("X", "X", created_at=12.0, created_by="me")) is False


def test_an_object_with_another_name_is_known_by_its_creation():
    key = Key("P", "dataset", "A")
    listed = {"P": {"dataset": (Live("B", "B", created_at=1.0), Live("C", "C", created_at=2.0))}}

    assert {key: listed["P"]["dataset"][0]} == moved({key: Entry(id="A", created_at=1.0)}, listed)
    assert {} == moved({key: Entry(id="A")}, listed)
    twice = {"P": {"dataset": (*listed["P"]["dataset"], Live("D", "D", created_at=1.0))}}
    assert {} == moved({key: Entry(id="A", created_at=1.0)}, twice)
