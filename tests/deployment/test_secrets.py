"""Secrets belong to one workspace: messages of another one in the same process stay whole."""

from __future__ import annotations

import pytest

from dssdsl.errors import DssdslError
from dssdsl.hidden import Hidden

PROGRAM = """
from dssdsl import *

Project("P", naming="any")
Dataset("A", connection="lake", raw={"customFields.token": Secret.env("TOKEN")})
"""


def refusal(world, message, variable="TOKEN"):
    """Return the error of a deployment that DSS refuses with *message*."""
    world.write(PROGRAM.replace("TOKEN", variable))
    world.dss.refuse("POST .*datasets", message=message, status=400, times=9)
    with pytest.raises(DssdslError) as error:
        world.up()
    world.dss.faults.clear()
    return str(error.value)


def test_two_workspaces_do_not_share_secrets(world, monkeypatch):
    """
    The first deployment conceals its secret; the second one, with a secret of its own, shows that text as it is.
    """
    monkeypatch.setenv("TOKEN", "warehouse-one")
    first = refusal(world, "cannot use warehouse-one here")
    monkeypatch.setenv("ANOTHER", "warehouse-two")
    second = refusal(world, "cannot use warehouse-one here", "ANOTHER")

    assert "cannot use [secret] here" in first
    assert "cannot use warehouse-one here" in second


def test_a_short_secret_leaves_prose_alone(world, monkeypatch):
    """
    A secret "other" is concealed where it stands in quotes, and other words with its letters stay.
    """
    monkeypatch.setenv("TOKEN", "other")

    text = refusal(world, 'some other or another value: {"token": "other"}')

    assert 'some other or another value: {"token": [secret]}' in text


def test_no_error_of_the_process_conceals_after_a_workspace_is_gone(world, monkeypatch):
    """
    An error that is made outside of any workspace conceals nothing.
    """
    monkeypatch.setenv("TOKEN", "warehouse-one")
    refusal(world, "no")

    assert DssdslError("warehouse-one").problem == "warehouse-one"


def test_a_hook_that_fails_does_not_show_a_secret(world, monkeypatch):
    """
    A hook may read a secret when it runs; its error shows none.
    """
    monkeypatch.setenv("TOKEN", "warehouse-one")
    world.write(
        PROGRAM + "\n\n@before('*')\ndef fail(step, dss):\n"
        "    raise ValueError('sent ' + Secret.env('TOKEN').reveal())\n"
    )

    with pytest.raises(DssdslError) as error:
        world.up()

    assert "sent [secret]" in str(error.value)


def test_a_program_that_raises_does_not_show_a_secret(world, monkeypatch):
    """
    A program may read a secret while it is loaded; its error shows none.
    """
    monkeypatch.setenv("TOKEN", "warehouse-one")
    world.write(PROGRAM + "\nraise ValueError('read ' + Secret.env('TOKEN').reveal())\n")

    with pytest.raises(DssdslError) as error:
        world.preview()

    assert "read [secret]" in str(error.value)


@pytest.mark.parametrize(
    ("secret", "text", "shown"),
    [
        ("warehouse-one", "at warehouse-one", "at [secret]"),
        ('war"house', 'sent {"a": "war\\"house"}', 'sent {"a": "[secret]"}'),
        ("ware house", "GET /?a=ware%20house", "GET /?a=[secret]"),
        ("short", "shorter", "shorter"),
        ("short", "'short'", "[secret]"),
        ("abc", '"abc"', '"abc"'),
    ],
)
def test_forms_of_a_secret(secret, text, shown):
    """
    A secret is found as it is, as JSON and as part of a URL.
    """
    hidden = Hidden()
    hidden.add(secret)

    assert hidden.conceal(text) == shown


# -- a secret is asked for only by the step that writes it ------------------------------------


@pytest.fixture(name="unset")
def _unset(world, monkeypatch):
    """A deployed program, and its variable unset afterwards."""
    monkeypatch.setenv("TOKEN", "warehouse-one")
    world.write(PROGRAM)
    world.up()
    monkeypatch.delenv("TOKEN")
    return world


def token(world):
    dataset = world.workspace().session.json("GET", "/projects/P/datasets/A")
    return dataset["customFields"]["token"], dataset.get("shortDesc")


def test_a_preview_needs_no_secret_that_was_deployed(unset):
    assert not unset.preview()
    assert not unset.up().result


def test_a_preview_of_a_new_secret_needs_no_variable(world, monkeypatch):
    monkeypatch.delenv("TOKEN", raising=False)
    world.write(PROGRAM)

    assert len(world.preview().steps) == 2
    with pytest.raises(DssdslError, match='"TOKEN" of a secret, which is not set'):
        world.up()
    monkeypatch.setenv("TOKEN", "warehouse-one")
    world.up()
    assert token(world)[0] == "warehouse-one"


def test_another_change_of_the_resource_leaves_the_secret(unset, monkeypatch):
    unset.write(PROGRAM.replace('connection="lake"', 'connection="lake", short_desc="new"'))

    unset.up()

    assert token(unset) == ("warehouse-one", "new")
    monkeypatch.setenv("TOKEN", "warehouse-one")
    assert not unset.preview()
    monkeypatch.setenv("TOKEN", "warehouse-two")
    assert unset.preview()


def test_a_rollback_and_a_destroy_need_no_secret(unset):
    unset.write(PROGRAM.replace('connection="lake"', 'connection="lake", short_desc="new"'))
    unset.up()

    unset.workspace().rollback()

    assert token(unset)[0] == "warehouse-one"
    unset.destroy()
    assert "P" not in unset.workspace().session.project_keys
