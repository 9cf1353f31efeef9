"""Hints of a YAML program speak YAML: no Python is left in what a class says it takes."""

from __future__ import annotations

import re

import pytest

from dssdsl.frontends.yaml.spelling import spelled
from dssdsl.frontends.yaml.syntax import YamlSyntax
from dssdsl.lang.fields import form
from dssdsl.lang.words import SYNONYMS
from tests.lang.test_blanks import CLASSES

PYTHON = re.compile(r'\w=["\[{…\w]|\bfile\(|\b[A-Z]\w+\(|\bTrue\b|\bFalse\b')


@pytest.mark.parametrize(
    ("python", "yaml"),
    [
        ('naming="any" on the project', "naming: any on the project"),
        ('write adopt=True if it exists, or "a=b"', 'write adopt: true if it exists, or "a=b"'),
        ('add code=file("…")', "add code_file: …"),
        ("add outputs=…", "add outputs: …"),
        ('did you mean "code=file(...)"?', 'did you mean "code_file: …"?'),
        ('write triggers=[Daily("02:00")]', 'write triggers: [{type: daily, at: "02:00"}]'),
        ('write Mail("you@example.com")', "write {type: mail, to: you@example.com}"),
        ('write webhook=Secret.env("HOOK")', "write webhook: {env: HOOK}"),
        ('SavedModel.existing("its name")', "{name: its name, existing: true}"),
        ('joins=[Join("id")], one each', "joins: [{on: id}], one each"),
        ('as in Grant(user="login", …)', "as in {user: login}"),
        ('or SQL("…")', "or {sql: …}"),
        ('prepare.RenameColumns({"a": "b"})', "{type: rename_columns, names: {a: b}}"),
        ("pass --config x=VALUE", "pass --config x=VALUE"),
        ("export KEY=… before deploying", "export KEY=… before deploying"),
        ("|| for OR, == for =", "|| for OR, == for ="),
    ],
)
def test_python_becomes_yaml(python, yaml):
    assert spelled(python) == yaml


def test_no_class_speaks_python():
    texts = [f'did you mean "{word}"?' for word in SYNONYMS.values()]
    for cls in CLASSES:
        texts += cls.hints.values()
        for info in cls.model_fields.values():
            texts += [YamlSyntax().form(fact) for fact in info.metadata if isinstance(fact, form)]

    left = {spelled(text) for text in texts if PYTHON.search(re.sub(r'"[^"]*"', "", spelled(text)))}

    assert not left
