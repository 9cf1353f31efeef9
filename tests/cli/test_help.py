"""``--help``: whole sentences in 80 columns, options in sections, commands in the order of use."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

import dssdsl
from dssdsl.cli import commands, main
from dssdsl.cli.help import COMMON, OUTPUT, SAFETY, Option

DOCS = Path(dssdsl.__file__).parents[1] / "docs"


def walk(name: str, command: click.Command):
    yield name, command
    if isinstance(command, click.Group):
        for below, found in command.commands.items():
            yield from walk(f"{name} {below}", found)


commands.add_to(main.cli)
ALL = dict(walk("dssdsl", main.cli))


@pytest.fixture
def text(capsys, monkeypatch):
    """The help of a command, as 80 columns show it."""
    monkeypatch.setenv("COLUMNS", "80")

    def text(name: str) -> str:
        assert main.run([*name.split()[1:], "--help"]) == 0
        return capsys.readouterr().out

    return text


@pytest.mark.parametrize("name", ["dssdsl", "dssdsl up", "dssdsl state", "dssdsl state rename"])
def test_help_looks_like_this(name, text, golden):
    golden(f"help-{name.replace(' ', '-')}.txt", text(name))


@pytest.mark.parametrize("name", ALL)
def test_help_fits_and_links_to_a_page_that_exists(name, text):
    shown = text(name)

    assert max(map(len, shown.splitlines())) <= 80
    assert "..." not in shown.replace("[ARGS]...", "").replace("KEY...", "")
    link = re.search(r"^Documentation: docs/([\w./]+)#?(\S*) in the", shown, re.MULTILINE)
    assert link
    titles = re.findall(r"^#+ (.+)$", (DOCS / link[1]).read_text(), re.MULTILINE)
    assert link[2] in {"", *(t.lower().replace(" ", "-") for t in titles)}


@pytest.mark.parametrize("name", ALL)
def test_arguments_and_options_are_described_in_sentences(name):
    command = ALL[name]

    assert (command.help or "").strip().endswith(".")
    for param in command.params:
        assert (getattr(param, "help", None) or "").endswith((".", ")")), param.name
        if isinstance(param, click.Option) and name != "dssdsl":
            assert isinstance(param, Option)
            assert param.section in {COMMON, SAFETY, OUTPUT}
        if param.multiple:
            assert param.help.endswith("Repeatable.")


def test_every_command_and_alias_is_listed_in_the_order_of_use(text):
    listed = re.findall(r"^  ([a-z][a-z, ]*?)  +\S", text("dssdsl"), re.MULTILINE)

    assert [n for n in listed if "dssdsl" not in n] == [
        *("new", "validate", "preview, plan", "up, apply", "destroy", "outputs", "graph"),
        *("drift", "verify", "refresh", "history", "diff", "rollback", "state", "emulator"),
    ]
    assert text("dssdsl plan").replace("dssdsl plan", "dssdsl preview") == text("dssdsl preview")
