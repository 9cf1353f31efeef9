"""Deletes: their order, what they keep, and destroy."""

from __future__ import annotations

import pytest

from dssdsl.errors import ProgramErrors

from .programs import BASE, HEAD, forget_state, problems, told


def test_deletes_come_last_and_recipes_first(world):
    """
    What the program drops is deleted after all else is done, recipes before the datasets that they use.
    """
    world.write(BASE)
    world.up()
    world.write(
        HEAD + 'Project("SALES", naming="any")\nDataset("new", connection="filesystem_managed")\n'
    )
    world.dss.clear_requests()

    world.up()

    sent = [
        f"{r.method} {r.path}"
        for r in world.dss.writes()
        if "dataiku" not in r.path and "/git/" not in r.path
    ]
    assert sent[0] == "POST /projects/SALES/datasets/managed"
    deletes = [path.rpartition("/SALES/")[2] for path in sent[1:]]
    assert all(path.startswith("DELETE") for path in sent[1:])
    assert deletes.index("recipes/count") < deletes.index("datasets/clean")
    assert deletes.index("recipes/make_clean") < deletes.index("datasets/raw")
    assert deletes.index("scenarios/NIGHTLY") < deletes.index("datasets/per_day")
    assert not world.preview()


def test_a_zone_does_not_list_members_that_are_deleted_too(world):
    """
    DSS takes what is deleted out of its zone by itself.
    """
    zoned = BASE + 'with FlowZone("Out"):\n    ManagedFolder("a")\n    ManagedFolder("b")\n'
    world.write(zoned)
    world.up()
    world.write(zoned.replace('    ManagedFolder("b")\n', ""))

    plan = world.preview()
    world.up()

    assert [("delete", "managed folder b")] == told(plan)
    assert not world.preview()


def test_adopted_objects_are_forgotten_not_deleted(world):
    """
    An adopted dataset that the program drops stays in DSS, unless the user says otherwise.
    """
    world.write(BASE)
    world.up()
    forget_state(world)
    world.up(adopt=True)
    world.write(BASE.replace('Scenario("NIGHTLY", steps=[Build(per_day, name="all")])', ""))

    kept, deleted = world.preview(), world.preview(delete_adopted=True)

    assert [("forget", "scenario NIGHTLY")] == told(kept)
    assert [("delete", "scenario NIGHTLY")] == told(deleted)


def test_protected_and_retained_resources(world):
    """
    A protected resource is not deleted, a retained one is left in DSS.
    """
    world.write(
        BASE
        + 'ManagedFolder("vault", protect=True)\nManagedFolder("attic", retain_on_delete=True)\n'
    )
    world.up()
    with pytest.raises(ProgramErrors) as declared:
        world.preview(destroy=True)
    world.write(BASE + 'ManagedFolder("vault")\n')
    plan = world.preview()
    world.write(BASE)

    with pytest.raises(ProgramErrors) as refused:
        world.preview()

    assert [
        "managed folder vault is protected, and would be deleted",
        "project SALES would be deleted with what retain_on_delete keeps: managed folder attic",
    ] == problems(declared.value)
    assert [("forget", "managed folder attic")] == told(plan)
    assert [
        "managed folder vault is protected, and the program does not declare it any more"
    ] == problems(refused.value)


def test_destroy_deletes_everything(world):
    """
    Destroying takes the project, once all that is in it is ours.
    """
    world.write(
        BASE
        + 'ProjectVariables(standard={"x": 1})\nLibraryFile("python/a.py", content="x = 1\\n")\n'
    )
    world.up()

    deployment = world.destroy()

    assert [] == world.dss.projects()
    assert deployment.result is not None
    assert ("create", "project SALES") == told(world.preview())[0]


def test_destroy_refuses_to_delete_other_peoples_objects(world):
    """
    A project that holds what we do not manage is destroyed only if the user agrees to that.
    """
    world.write(BASE)
    world.up()
    session = world.workspace().session
    session.json(
        "POST",
        "/projects/SALES/datasets/managed",
        {"name": "theirs", "creationSettings": {"connectionId": "filesystem_managed"}},
    )

    with pytest.raises(ProgramErrors) as refused:
        world.destroy()
    world.destroy(delete_unmanaged=True)

    assert ["project SALES holds what dssdsl does not manage: dataset theirs"] == problems(
        refused.value
    )
    assert [] == world.dss.projects()
