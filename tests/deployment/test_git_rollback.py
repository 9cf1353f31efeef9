"""Going back with DSS's own Git."""

from __future__ import annotations

import pytest

from dssdsl.errors import Locked, Refused

from .going_back import HEAD, ONE, PAIR, TWO, deployed, held


def test_git_restores_project_state_and_history(world):
    """
    DSS's Git takes the library along; all that was deployed is still known afterwards.
    """
    deployed(world, ONE)
    before = held(world)
    deployed(world, TWO)
    world.dss.edit(
        "SALES", "datasets/CLEAN.json", lambda doc: doc.update(shortDesc="z"), login="alice"
    )
    workspace = world.workspace()

    found = workspace.prepare_git_rollback(1)
    number = workspace.git_rollback(found)

    assert [c.author for c in found.commits["SALES"] if found.by_others(c)] == ["alice"]
    history = world.workspace().history()
    assert [one.first.operation for one in history][-3:] == ["rollback to 1 by Git", "up", "up"]
    assert number == history[0].number
    assert held(world) == before
    assert not world.workspace().verify()
    world.write(HEAD + ONE)
    assert not world.preview()
    world.workspace().rollback(to=2)
    assert "RAW_2" in {
        d["name"] for d in workspace.session.json("GET", "/projects/SALES/datasets/")
    }


def test_git_needs_the_tag(world):
    deployed(world, ONE, TWO)
    world.workspace().session.send(
        "POST", "/projects/SALES/git/actions/deleteTag", {"name": "dssdsl/1"}
    )

    with pytest.raises(Refused, match="no tag dssdsl/1"):
        world.workspace().prepare_git_rollback(1)


def test_git_stops_if_another_commit_came_first(world):
    """
    What was committed after the commits were shown is not thrown away.
    """
    deployed(world, ONE, TWO)
    workspace = world.workspace()
    found = workspace.prepare_git_rollback(1)
    world.dss.edit(
        "SALES", "datasets/CLEAN.json", lambda doc: doc.update(shortDesc="z"), login="alice"
    )

    with pytest.raises(Locked, match="changed the projects meanwhile"):
        workspace.git_rollback(found)
    assert len(world.workspace().history()) == 2


def test_git_reverts_all_projects_as_one_deployment(world):
    """
    Also where DSS commits nothing by itself.
    """
    pair = PAIR.replace('Project("SALES")', 'Project("SALES", git_commit_mode="EXPLICIT")')
    deployed(world, pair % ("a", "a"), pair % ("b", "b"))
    workspace = world.workspace()

    workspace.git_rollback(workspace.prepare_git_rollback(1))

    assert set(world.workspace().history(1)[0].snapshots) == {"SALES", "OTHER"}
    world.write(HEAD + pair % ("a", "a"))
    assert not world.preview()
    assert not world.workspace().verify()
