"""A project's Git on DSS."""

from __future__ import annotations

import pytest

from dssdsl.dss.git import EXPLICIT
from dssdsl.dss.session import Session
from dssdsl.emulator import Emulator, InProcess
from dssdsl.errors import Denied, DssError


@pytest.fixture(name="dss")
def _dss():
    with Emulator() as dss:
        yield dss


@pytest.fixture(name="session")
def _session(dss):
    session = Session("http://dss.test", "emulator", adapter=InProcess(dss))
    session.send("POST", "/projects/", {"projectKey": "P", "name": "P", "owner": "admin"})
    return session


@pytest.fixture(name="git")
def _git(session):
    return session.git("P")


def set_explicit(session):
    """Have DSS commit only when asked."""
    settings = session.json("GET", "/projects/P/settings")
    settings["settings"]["gitCommitMode"] = EXPLICIT
    session.json("PUT", "/projects/P/settings", settings)


def edit(session, text):
    """Write a library file."""
    session.send("POST", "/projects/P/libraries/contents/a.py", raw=text.encode())


def test_tags_are_created_listed_and_deleted(git):
    """
    Each names a commit, and has its message.
    """
    git.create_tag("release", "the first")

    (tag,) = git.tags()
    assert ("release", "the first") == (tag.name, tag.message)
    assert git.log(1)[0].id == tag.commit
    with pytest.raises(DssError):
        git.create_tag("release", "again")
    git.delete_tag("release")
    assert () == git.tags()


def test_deployments_are_the_tags_with_a_number(git):
    """
    Locks and other people's tags are none.
    """
    git.tag_deployment(7, "sales")
    for name in ("dssdsl/lock/3", "dssdsl/7a", "release", "dssdsl/٣", "other/8"):
        git.create_tag(name, "sales")

    assert [7] == list(git.deployments())


def test_commits_come_page_by_page_the_newest_first(dss, session, git):
    """
    Pages that DSS splits the log into are one sequence; who saved is the author.
    """
    for number in range(3):
        edit(session, f"x = {number}")
    newest = git.log(1)
    pages = [
        b'{"entries": [{"commitId": "c2", "author": "alice <a@b>", "message": "two\\nmore"}], "nextCommit": "c1"}',
        b'{"entries": [{"commitId": "c1", "author": "alicea", "timestamp": 5}]}',
    ]

    all_of_it = list(git.commits())
    for page in pages:
        dss.answer("GET .*/git/actions/log", 200, "application/json", page)
    two, one = git.commits()

    assert newest == (all_of_it[0],)
    assert len(all_of_it) >= 4
    assert ("c2", "two", "two\nmore") == (two.id, two.subject, two.message)
    assert ("c1", "5", "") == (one.id, one.when, one.subject)
    assert two.by("alice")
    assert not one.by("alice")
    assert not two.by(None)


def test_changes_stay_uncommitted_in_explicit_mode(session, git):
    """
    The status lists their files until somebody commits them.
    """
    assert "AUTO" == git.mode()
    set_explicit(session)
    assert EXPLICIT == git.mode()
    git.commit("the mode")
    assert None is git.uncommitted()

    edit(session, "x = 1")

    assert ("lib/a.py",) == git.uncommitted()
    git.commit("a change")
    assert None is git.uncommitted()
    assert "a change" == git.log(1)[0].message


def test_a_revert_restores_a_commit(session, git):
    """
    By a new commit; where DSS refuses, its log is the reason.
    """
    edit(session, "x = 1")
    (before,) = git.log(1)
    edit(session, "x = 2")

    git.revert_to(before.id, "do it by hand")

    assert "x = 1" == session.json("GET", "/projects/P/libraries/contents/a.py")["data"]
    assert before.id != git.log(1)[0].id


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b'{"success": false, "logs": ["conflict in a", "and b"]}', "conflict in a; and b"),
        (b'{"success": false, "logs": "a text"}', "a text"),
        (b"{}", "it gives no reason"),
        (b"null", "it gives no reason"),
    ],
)
def test_a_revert_that_dss_does_not_do_raises(dss, git, answer, why):
    """
    Whatever form its log has.
    """
    dss.answer("POST .*/revertToRevision", 200, "application/json", answer)

    with pytest.raises(DssError, match=f"^DSS did not revert project P: {why}") as error:
        git.revert_to("c1", "do it by hand")
    assert "do it by hand" == error.value.fix


@pytest.mark.parametrize(
    ("what", "path"),
    [
        ("tags", "git/tags"),
        ("mode", "settings"),
        ("uncommitted", "git/status"),
    ],
)
@pytest.mark.parametrize("body", [b'"a text"', b"[1]", b'[{"commit": 3}]'])
def test_an_unexpected_answer_is_an_error(dss, git, what, path, body):
    """
    It is reported as DSS's, with what it was about.
    """
    dss.answer(f"GET .*/P/{path}", 200, "application/json", body)

    with pytest.raises(DssError, match="of project P"):
        getattr(git, what)()


def test_a_refusal_is_denied(dss, git):
    """
    A key without rights to the project's Git.
    """
    dss.refuse("GET .*/git/tags", status=403)

    with pytest.raises(Denied):
        git.deployments()
