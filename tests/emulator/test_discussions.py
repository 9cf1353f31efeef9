"""Discussions about objects, and files that are attached to articles."""

from __future__ import annotations

import io

import pytest
from dataikuapi.utils import DataikuException

from dssdsl.emulator import Emulator, User

from .test_datasets import managed


def test_a_discussion(project, dss, connect):
    about = managed(project, "orders").get_object_discussions()
    assert about.list_discussions() == []
    dss.clock.stop(1_000)
    made = about.create_discussion("Why twice", "Each order is there twice")
    dss.keys["bobs"] = User("bob")
    bob = connect(dss, "bobs").get_project("SALES").get_dataset("orders").get_object_discussions()
    (seen,) = bob.list_discussions()
    assert "replies" not in seen.discussion_data
    seen.add_reply("No longer")
    metadata = seen.get_metadata()
    seen.set_metadata({**metadata, "topic": "Why it was twice"})
    again = about.get_discussion(made.discussion_id)
    assert again.get_metadata()["topic"] == "Why it was twice"
    said = [
        (each.get_author(), each.get_text(), each.get_timestamp()) for each in again.get_replies()
    ]
    assert said == [
        ("bob", "No longer", 1_000_000),
        ("admin", "Each order is there twice", 1_000_000),
    ]
    assert project.get_project_git().get_status()["clean"]


def test_objects_with_discussions(project, client):
    project.get_object_discussions().create_discussion("t", "m")
    assert len(project.get_object_discussions().list_discussions()) == 1
    for kind, name, error in (
        ("DATASET", "no", "DATASET does not exist"),
        ("NONSENSE", "x", "Unknown type of object"),
    ):
        with pytest.raises(DataikuException, match=error):
            client._perform_json("GET", f"/projects/SALES/discussions/{kind}/{name}/")
    with pytest.raises(DataikuException, match="discussion does not exist"):
        project.get_object_discussions().get_discussion("no")


def test_attachments_of_an_article(project):
    article = project.get_wiki().create_article("Home")
    article.upload_attachement(io.BytesIO(b"\x89PNG"), "a plan.png")
    (attached,) = article.get_data().article_data["article"]["attachments"]
    assert attached["attachmentType"] == "FILE"
    assert attached["details"] == {
        "objectDisplayName": "a plan.png",
        "size": 4,
        "mimeType": "image/png",
    }
    assert len(attached["smartId"]) == 12
    with article.get_uploaded_file(attached["smartId"]) as answer:
        assert answer.content == b"\x89PNG"
    with pytest.raises(DataikuException, match="File not found"):
        article.get_uploaded_file("nothing")


def test_discussions_belong_to_the_project(tmp_path, connect):
    """
    They survive a restart, are part of an export, and are deleted with their project.
    """
    with Emulator(tmp_path) as dss:
        client = connect(dss)
        project = client.create_project("SALES", "Sales", "admin")
        project.get_object_discussions().create_discussion("t", "m")
        article = project.get_wiki().create_article("Home")
        article.upload_attachement(io.BytesIO(b"x"), "x.txt")
    with Emulator(tmp_path) as dss:
        client = connect(dss)
        project = client.get_project("SALES")
        content = project.get_export_stream().read()
        project.delete()
        assert not (tmp_path / "discussions/SALES").exists()
        client.prepare_project_import(io.BytesIO(content)).execute()
        assert len(project.get_object_discussions().list_discussions()) == 1
        (article,) = project.get_wiki().list_articles()
        (attached,) = article.get_data().article_data["article"]["attachments"]
        with article.get_uploaded_file(attached["smartId"]) as answer:
            assert answer.content == b"x"
