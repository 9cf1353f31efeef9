"""Keys that may not do everything: what they are told, what is left behind, and the way out."""

from __future__ import annotations

import json

import pytest

from dssdsl.cli.sentences import why
from dssdsl.emulator import User
from dssdsl.errors import Denied, DssdslError, StepsFailed
from dssdsl.plan.events import Note
from tests.support.world import World, emulator

PROGRAM = """
from dssdsl import *

Project("SALES", naming="any")
Dataset("a", connection="filesystem_managed", short_desc="{}")
"""
READER = User("bob", admin=False)
WAY_OUT = 'store = "git", or "local"'
STORES = ("dss", "local")


@pytest.fixture(name="world")
def _world(tmp_path):
    with emulator() as dss:
        world = World(tmp_path, dss)
        world.write(PROGRAM.format("one"))
        yield world


def keep(world, store):
    """Keep state in one of the stores."""
    (world.folder / "dssdsl.toml").write_text(
        f'[stacks.local]\nemulator = true\nstore = "{store}"\n'
    )


def use(world, user):
    """Have all that follows done with another key; gives those that there were."""
    before = dict(world.dss.keys)
    world.dss.keys.clear()
    world.dss.keys["few-rights"] = user
    return before


def back(world, keys):
    """Give the keys back, and all rights."""
    world.dss.keys.clear()
    world.dss.keys.update(keys)
    world.dss.faults.pending.clear()


def grant(world, **flags):
    """Give Bob rights in the project, as from the UI."""
    world.dss.edit(
        "SALES", "params.json", lambda doc: doc["permissions"].append({"user": "bob", **flags})
    )


def forbid(world, request):
    """Have DSS refuse requests, as it does where a right is missing."""
    world.dss.refuse(
        request,
        status=403,
        error_type="com.dataiku.dip.exceptions.UnauthorizedException",
        message="Action forbidden",
        times=100,
    )


def described(world):
    """What DSS has of what the program changes."""
    text = (world.dss.project_folder("SALES") / "datasets/a.json").read_text()
    return json.loads(text)["shortDesc"]


def changed(world):
    """The paths of all writes that were carried out and left something behind."""
    lock = ("/git/tags", "/git/actions/deleteTag")
    return [r.path for r in world.dss.writes() if r.status < 300 and not r.path.endswith(lock)]


def refused(world, act):
    """What a key is told that is not let in."""
    with pytest.raises(DssdslError) as found:
        act()
    assert 3 == found.value.exit_code
    return str(found.value)


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize(
    ("user", "flags"),
    [
        (User("bob", read_only=True), {}),
        (READER, {"readProjectContent": True}),
    ],
    ids=["read-only key", "reader"],
)
def test_a_read_only_key_shows_the_plan_and_changes_nothing(world, store, user, flags):
    keep(world, store)
    world.up()
    grant(world, **flags)
    keys = use(world, user)
    world.write(PROGRAM.format("two"))
    world.dss.clear_requests()

    assert [("update", "dataset a")] == [(s.action.value, s.label) for s in world.preview().steps]
    said = refused(world, world.up)

    assert [] == changed(world)
    assert (WAY_OUT in said) == (store == "dss")
    back(world, keys)
    world.up()
    assert "two" == described(world)
    assert not world.preview()


def test_a_missing_read_permission_is_reported_at_plan_time(world):
    world.up()
    grant(world, readDashboards=True)
    use(world, READER)
    world.dss.clear_requests()

    said = refused(world, world.preview)

    assert "readProjectContent is needed on project SALES" in said
    assert WAY_OUT in said
    assert [] == world.dss.writes()


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize(
    ("user", "flags"),
    [
        (READER, {"writeProjectContent": True}),
        (User("bob", admin=False, projects={"SALES"}), {}),
        (User("bob", rights={"SALES": {"writeProjectContent": True}}), {}),
    ],
    ids=["writer", "key of the project", "key with rights in the project"],
)
def test_no_administrator_is_needed(world, store, user, flags):
    """
    Who may write the project's content deploys it; what only an administrator may look up is not checked.
    """
    keep(world, store)
    world.up()
    grant(world, **flags)
    use(world, user)
    world.write(
        PROGRAM.format("two")
        + 'PythonRecipe("r", inputs="a", outputs=Dataset("b", connection="filesystem_managed"), code="x = 1", code_env="nobody-knows")\n'
    )
    forbid(world, "GET .*/admin/")

    plan = world.preview()
    world.up()

    assert [
        'code env "nobody-knows" of recipe r: only an administrator\'s key may list code envs'
    ] == list(plan.not_checked)
    assert "two" == described(world)
    assert not world.preview()


@pytest.mark.parametrize("request_", ["POST .*/git/tags", "GET .*/git/tags"])
def test_a_key_without_permission_to_tag_is_refused_before_the_first_write(world, request_):
    world.up()
    world.write(PROGRAM.format("two"))
    forbid(world, request_)
    world.dss.clear_requests()

    said = refused(world, world.up)

    assert WAY_OUT in said
    assert [] == changed(world)


@pytest.mark.parametrize("forbidden", [".* .*/git/", "POST .*/git/tags", ".* .*/libraries"])
@pytest.mark.parametrize("first", [True, False])
def test_state_elsewhere_needs_neither_git_nor_library(world, forbidden, first):
    """
    Only the name in the project's Git is missing then, and that is said.
    """
    keep(world, "local")
    if not first:
        world.up()
    forbid(world, forbidden)
    told = []
    for text in ("two", "three"):
        world.write(PROGRAM.format(text))
        number = world.workspace().up(listen=told.append).serial

    assert "three" == described(world)
    assert 2 + (not first) == number
    assert not world.preview()
    notes = [event.text for event in told if isinstance(event, Note)]
    assert len(notes) == (0 if "libraries" in forbidden else 2)
    assert all("has no name in the Git of project SALES" in note for note in notes)


@pytest.mark.parametrize("forbidden", ["POST .*/git/tags", "POST .*/libraries"])
def test_a_first_deployment_continues_if_its_state_is_stored_elsewhere(world, forbidden):
    """
    The project was made before anybody could know that state cannot be kept in it: the way out leads on.
    """
    forbid(world, forbidden)
    said = refused(world, world.up)
    assert WAY_OUT in said
    keep(world, "local")

    world.up()

    assert "one" == described(world)
    assert not world.preview()


def test_a_key_that_may_not_keep_state_writes_nothing(world):
    """
    A deployment is recorded before its first write: a key that may not write the library is refused by then.
    """
    world.up()
    world.write(PROGRAM.format("two"))
    forbid(world, "POST .*/libraries")

    assert WAY_OUT in refused(world, world.up)
    assert "one" == described(world)


def test_a_state_that_could_not_be_written_is_known_all_the_same(world):
    """
    The key may no longer write the library: what was deployed is in the journal, and nothing is done twice.
    """
    world.up()
    world.write(PROGRAM.format("two"))
    keys = dict(world.dss.keys)
    forbid(world, "POST .*/libraries.*history")
    assert WAY_OUT in refused(world, world.up)
    assert "two" == described(world)
    back(world, keys)
    world.dss.clear_requests()

    world.up()

    assert not [r for r in world.dss.writes() if "/datasets/" in r.path]
    assert not world.preview()


@pytest.mark.parametrize("store", STORES)
def test_an_object_without_permission_fails_alone(world, store):
    """
    A right is missing for one kind of object: what was done is recorded, and one more run goes on.
    """
    keep(world, store)
    world.write(PROGRAM.format("one") + 'Scenario("S", steps=[])\n')
    keys = dict(world.dss.keys)
    forbid(world, "POST .*/scenarios")

    with pytest.raises(StepsFailed) as failed:
        world.up()

    assert 3 == failed.value.exit_code
    assert "one" == described(world)
    assert ["scenario S"] == [step.label for step in world.preview().steps]
    back(world, keys)
    world.up()
    assert not world.preview()


@pytest.mark.parametrize("store", STORES)
def test_a_project_that_the_key_may_not_see_does_not_count_as_deleted(world, store):
    """
    DSS lists only what a key may see. Whoever takes the project for new is refused by DSS, and loses no state.
    """
    keep(world, store)
    world.up()
    world.write(PROGRAM.format("two"))
    for user in (
        User("bob", admin=False, projects={"OTHER"}),
        User("bob", admin=False, may=frozenset({"mayCreateProjects"})),
    ):
        keys = use(world, user)
        refused(world, world.up)
        back(world, keys)
        assert ["dataset a"] == [step.label for step in world.preview().steps]
    assert "one" == described(world)

    world.up()

    assert "two" == described(world)


@pytest.mark.parametrize("store", STORES)
def test_a_key_that_may_not_create_projects(world, store):
    """
    Nothing is left of the attempt, and whoever may does it all.
    """
    keep(world, store)
    keys = use(world, User("bob", admin=False, may=frozenset()))

    said = refused(world, world.up)

    assert "You may not create new projects" in said
    assert [] == world.dss.projects()
    back(world, keys)
    assert 1 == world.up().serial


def test_a_key_that_may_only_write_content_cannot_destroy_the_project(world):
    """
    What is in it goes in one request with the project, so that nothing is half gone.
    """
    keep(world, "dss")
    world.up()
    grant(world, writeProjectContent=True)
    keys = use(world, READER)

    refused(world, world.destroy)

    assert "one" == described(world)
    back(world, keys)
    world.destroy()
    assert [] == world.dss.projects()


def test_a_destroy_of_objects_that_the_key_may_not_see_is_reported_and_the_next_up_undoes_it(world):
    """
    DSS does not tell it from a project that is gone: the plan says both, and the project stays as it is.
    """
    keep(world, "local")
    world.up()
    keys = use(world, User("bob", admin=False, projects={"OTHER"}))
    plan = world.preview(destroy=True)
    world.destroy()
    back(world, keys)

    assert {
        "project SALES": "no longer in DSS, or this key may not see it",
        "dataset a": "no longer in DSS",
    } == {step.label: why(step) for step in plan.steps}
    assert "one" == described(world)
    world.up(adopt=True)  # its state is gone, and its project is still there
    assert not world.preview()


def test_a_key_of_nobody_is_no_empty_dss(world):
    world.up()
    keys = use(world, User("bob"))
    world.dss.answer("GET /projects", 401, "application/json", b'{"message": "Unknown API Key"}')

    with pytest.raises(Denied):
        world.preview()

    back(world, keys)
    assert not world.preview()
