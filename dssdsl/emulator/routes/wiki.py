"""The wiki: articles, each with its text in a file of its own, and their tree."""

from __future__ import annotations

import json
import mimetypes
from pathlib import Path
from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import illegal, not_found, null_pointer
from dssdsl.emulator.http import multipart
from dssdsl.emulator.http.call import Call, Response
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project import ids
from dssdsl.emulator.project.kinds import ARTICLE
from dssdsl.emulator.project.project import Project
from dssdsl.emulator.rules.normalize import align

from . import objects

_TREE = "wiki/taxonomy.json"


def _tree(project: Project) -> Document:
    found: Document = project.json(_TREE, {"taxonomy": []})
    return found


def _text(name: str) -> str:
    return f"wiki/articles/{name}.md"


def _find(branches: list[Document], name: str) -> tuple[list[Document], Document] | None:
    """Return an article's node in the tree, and the list that contains it."""
    for branch in branches:
        if str(branch["id"]) == name:
            return branches, branch
        found = _find(branch["children"], name)
        if found is not None:
            return found
    return None


def _shown(project: Project, name: str) -> Document:
    article = json.loads(project.answer(ARTICLE, name))
    return {"article": article, "payload": project.text(_text(name)) or ""}


def _existing(call: Call) -> str:
    """Return the id of the article in the path, which has its id or name."""
    if not call.project.has(ARTICLE, call.name):
        for name in call.project.store(ARTICLE):
            if call.project.document(ARTICLE, name).get("name") == call.name:
                return name
        raise not_found(f"article does not exist: {call.project.key}.{call.name}")
    return call.name


@route("GET", "/projects/{project}/wiki")
def get(call: Call) -> Any:
    """Return the tree of articles."""
    return {"projectKey": call.project.key, **_tree(call.project)}


@route("PUT", "/projects/{project}/wiki")
def put(call: Call) -> Any:
    """Replace the tree of articles."""
    before = call.project.json(_TREE, {})
    keys = ("homeArticleId", "taxonomy")
    tree = {key: call.document[key] for key in keys if call.document.get(key) is not None}
    if not isinstance(tree.setdefault("taxonomy", []), list):
        raise illegal("Expected a list of articles")
    call.project.set_json(_TREE, align(tree, before))
    call.commit(f"Saved wiki of project {call.project.key}")
    return get(call)


@route("POST", "/projects/{project}/wiki")
def create(call: Call) -> Any:
    """Create an article without text. The first one becomes the wiki's home."""
    sent = call.document
    title, parent = sent.get("name"), sent.get("parent")
    if not title:
        raise null_pointer("name")
    tree = _tree(call.project)
    siblings: list[Document] = tree["taxonomy"]
    if parent is not None:
        found = _find(siblings, str(parent))
        if found is None:
            raise illegal(f"Parent article does not exist: {parent}")
        siblings = found[1]["children"]
    taken = [int(each) for each in call.project.store(ARTICLE) if each.isdigit()]
    name = objects.stage(
        call, ARTICLE, defaults.fresh("article", name=title), str(max(taken, default=0) + 1)
    )
    siblings.append({"id": name, "children": []})
    tree = {"homeArticleId": tree.get("homeArticleId") or name, "taxonomy": tree["taxonomy"]}
    call.project.set_json(_TREE, tree)
    call.project.set_text(_text(name), "")
    call.commit(f"Created article {call.project.key}.{name}")
    return _shown(call.project, name)


@route("GET", "/projects/{project}/wiki/{name}")
def get_article(call: Call) -> Any:
    """Return an article with its text."""
    return _shown(call.project, _existing(call))


@route("PUT", "/projects/{project}/wiki/{name}")
def put_article(call: Call) -> Any:
    """Replace an article and its text."""
    call.vars["name"] = _existing(call)
    article = call.document.get("article")
    if not isinstance(article, dict):
        raise null_pointer("article")
    name = objects.save(call, ARTICLE, article)
    text = call.document.get("payload") or ""
    if text != (call.project.text(_text(name)) or ""):
        call.project.set_text(_text(name), text)
    call.commit(f"Saved article {call.project.key}.{name}")
    return _shown(call.project, name)


@route("DELETE", "/projects/{project}/wiki/{name}")
def delete_article(call: Call) -> Any:
    """Delete an article; its children move up."""
    name = call.vars["name"] = _existing(call)
    tree = _tree(call.project)
    found = _find(tree["taxonomy"], name)
    if found is not None:
        siblings, branch = found
        at = siblings.index(branch)
        siblings[at : at + 1] = branch["children"]
    if tree.get("homeArticleId") == name:
        del tree["homeArticleId"]
    call.project.set_json(_TREE, tree)
    if call.project.text(_text(name)) is not None:
        call.project.set_text(_text(name), None)
    objects.delete(call, ARTICLE)


def _attachments(call: Call) -> Path:
    return call.dss.root / "attachments" / call.project.key


@route(
    "POST",
    "/projects/{project}/wiki/{name}/upload",
    approximate="responses as the client reads them",
)
def attach(call: Call) -> Any:
    """Attach a file to an article. DSS generates its id, and stores it outside the project's Git."""
    name = _existing(call)
    file, content = multipart.file(call.content, call.content_type)
    document = call.project.document(ARTICLE, name)
    upload, now = ids.make(12), call.project.now()
    kind = mimetypes.guess_type(file)[0] or "application/octet-stream"
    details = {"objectDisplayName": Path(file).name, "size": len(content), "mimeType": kind}
    attachment: Document = {"attachmentType": "FILE", "smartId": upload, "details": details}
    attachment |= {"attachedBy": call.login, "attachedOn": now}
    document.setdefault("attachments", []).append(attachment)
    folder = _attachments(call)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / upload).write_bytes(content)
    call.project.put(ARTICLE, name, document, call.login)
    call.commit(f"Saved article {call.project.key}.{name}")
    return attachment


@route(
    "GET",
    "/projects/{project}/wiki/{name}/uploads/{upload}",
    approximate="responses as the client reads them",
)
def attached(call: Call) -> Any:
    """Return an attachment of an article."""
    document = call.project.document(ARTICLE, _existing(call))
    for each in document.get("attachments", []):
        file = _attachments(call) / each["smartId"]
        if each["smartId"] == call.vars["upload"] and file.is_file():
            kind = each["details"].get("mimeType", "application/octet-stream")
            return Response(file.read_bytes(), kind)
    raise not_found(f"File not found: {call.vars['upload']}")
