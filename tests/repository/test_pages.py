"""What the pages written by hand show works: every command, program and setting in them."""

from __future__ import annotations

import pkgutil
import re
import shlex
import shutil
import tomllib
from pathlib import Path

import click
import pytest
from attrs import fields

from dssdsl import settings
from dssdsl.cli import commands
from dssdsl.cli.main import cli, run
from dssdsl.emulator import Assumptions, Emulator, serve
from dssdsl.plan.causes import Cause
from dssdsl.plan.changes import Change
from dssdsl.plan.steps import Action, Plan, Step

ROOT = Path(__file__).parents[2]
GENERATED = ("cli.md",)
PAGES = {
    p.relative_to(ROOT).as_posix(): p.read_text(encoding="utf-8")
    for p in [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md")), *ROOT.glob("templates/*/*.md")]
    if p.name not in GENERATED
}
RUN_ELSEWHERE = ("dssdsl emulator start",)
"""Commands that do not end; tests/cli/test_emulator.py runs them."""
TOML = """
default_stack = "local"
[stacks.local]
emulator = true
[stacks.dev]
emulator = true
"""


def blocks(page: str, language: str) -> list[str]:
    """The blocks of code in a language, or those without one."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", PAGES[page], re.DOTALL | re.MULTILINE)
    return [text for name, text in found if name == language]


PROGRAM = next(b for b in blocks("README.md", "python") if "Project(" in b)


def lines(page: str) -> list[list[str]]:
    """The commands that a page shows, block by block."""
    found = [
        re.findall(r"^(?:\$ )?(dssdsl [^#\n]*)", block, re.MULTILINE) for block in blocks(page, "")
    ]
    return [[c.strip() for c in block if not c.startswith(RUN_ELSEWHERE)] for block in found]


def words(line: str) -> list[str]:
    """A command's words, with the answer to its question where it asks one."""
    found = shlex.split(line)[1:]
    command: click.Command = cli
    for word in found:
        if not isinstance(command, click.Group):
            break
        command = command.get_command(click.Context(command), word) or command
    asks = any(p.name == "yes" for p in command.params)
    return [*found, "--yes"] if asks and "--yes" not in found else found


@pytest.fixture(scope="module")
def deployed(tmp_path_factory):
    """A folder with the program of the README, deployed eight times."""
    folder = tmp_path_factory.mktemp("pages") / "shop"
    folder.mkdir()
    (folder / ".git").mkdir()  # so that no toml above is found
    (folder / "dssdsl.toml").write_text(TOML)
    commands.add_to(cli)
    for number in range(1, 9):
        text = PROGRAM.replace('name="Online shop"', f'name="Online shop {number}"')
        (folder / "project.py").write_text(text, encoding="utf-8")
        assert run(["up", str(folder / "project.py"), "--yes"]) == 0
    with Emulator(folder / ".dssdsl" / "emulator") as dss:
        dss.save("SHOP", folder / "saved")
    shutil.make_archive(str(folder / "export"), "zip", folder / "saved")
    return folder


@pytest.fixture
def shop(deployed, tmp_path, monkeypatch):
    """A copy of that folder, as the current directory."""
    folder = shutil.copytree(deployed, tmp_path / "shop")
    monkeypatch.chdir(folder)
    monkeypatch.delenv("DSSDSL_STACK", raising=False)
    return folder


@pytest.mark.parametrize("page", [page for page in PAGES if any(lines(page))])
def test_every_command_runs(page, shop, capsys):
    if page.startswith("templates/"):
        shutil.copytree(ROOT / "templates", shop / "templates")
    for block in lines(page):
        for line in block:
            code = run(words(line))

            assert code in (0, 7), f"{line}: exit code {code}\n{capsys.readouterr().err}"


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "toml")])
def test_every_toml_is_one(page, tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "project.py").touch()
    for text in blocks(page, "toml"):
        (tmp_path / "dssdsl.toml").write_text(text, encoding="utf-8")

        for name in tomllib.loads(text)["stacks"]:
            assert settings.load(tmp_path / "project.py", name).name == name


def test_the_policies_and_hooks_of_their_page_work(shop, capsys):
    [hooks] = blocks("docs/hooks.md", "python")
    gold = 'Dataset("GOLD_DAYS", connection="filesystem_managed")\n'
    silver = gold.replace("GOLD", "SILVER")
    (shop / "project.py").write_text(PROGRAM + gold + silver + hooks, encoding="utf-8")
    assert run(["up", "--yes"]) == 0
    (shop / "project.py").write_text(PROGRAM + gold + hooks, encoding="utf-8")
    assert run(["up", "--yes"]) == 0
    assert "{'columns': []" in capsys.readouterr().out
    (shop / "project.py").write_text(PROGRAM + hooks, encoding="utf-8")

    assert run(["up", "--yes"]) == 5

    assert "gold datasets must not be deleted" in capsys.readouterr().err


def test_plans_steps_and_changes_have_the_attributes_of_the_page():
    rows = re.findall(r"^\| (plan|step|change) \| (.*) \|$", PAGES["docs/hooks.md"], re.MULTILINE)

    for name, text in rows:
        cls = {"plan": Plan, "step": Step, "change": Change}[name]
        for attribute in re.findall(r"`(\w+)`", text):
            assert attribute in dir(cls) or attribute in {f.name for f in fields(cls)}, attribute
    [actions] = re.findall(r"`action` is one of (.*?)\. `cause`", PAGES["docs/hooks.md"])
    assert {*re.findall(r"`(\w+)`", actions), "keep"} == {*Action}
    [causes] = re.findall(r"such as ([^;]*);", PAGES["docs/hooks.md"])
    assert {*re.findall(r"`(\w+)`", causes)} <= {*Cause}


def test_the_client_of_the_emulators_page_works(tmp_path, capsys):
    client = next(b for b in blocks("docs/emulator.md", "python") if "DSSClient" in b)
    with Emulator(tmp_path) as dss, serve(dss) as server:
        dss.keys["local"] = next(iter(dss.keys.values()))

        exec(compile(client.replace("http://127.0.0.1:8123", server.url), "example", "exec"), {})

    assert capsys.readouterr().out == "[]\n"


def test_the_modules_and_names_of_the_architecture_exist():
    by_hand = PAGES["docs/architecture.md"].partition("## Packages")[0]
    names = set(re.findall(r"`(dssdsl(?:\.\w+)+)`", by_hand)) - {"dssdsl.toml"}

    assert len(names) > 20
    for name in names:
        pkgutil.resolve_name(name)


def test_the_emulators_page_lists_every_switch():
    table = PAGES["docs/emulator.md"].partition("| switch |")[2].partition("\n\n")[0]
    rows = [row.split("|")[1] for row in table.splitlines()[2:]]

    assert {n for row in rows for n in re.findall(r"`(\w+)`", row)} == {
        each.name for each in fields(Assumptions)
    }


# --- the README's sessions

README = ROOT / "README.md"
SESSION = re.compile(r"```\n\$ dssdsl (.*?)\n(.*?)```", re.DOTALL)


def shown(text: str) -> list[str]:
    """What was printed, without its times; steps run side by side, so that their order is left out."""
    rows = re.sub(r"\d+\.\d s\b", "N s", text).rstrip("\n").split("\n")
    running = [n for n, row in enumerate(rows) if re.match(r"[+~] {2}\w|     \w.* computed$", row)]
    first = running[0] if running else len(rows)
    rest = [row for n, row in enumerate(rows) if n not in running]
    return [*rest[:first], *sorted(rows[n] for n in running), *rest[first:]]


def test_the_program_of_the_readme_prints_what_it_shows(tmp_path, monkeypatch, capsys, request):
    """
    `pytest --update-golden` rewrites the README where that prints something else by now.
    """
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "80")
    (folder / "project.py").write_text(PROGRAM, encoding="utf-8")
    text = PAGES["README.md"]
    sessions = SESSION.findall(text)
    assert len(sessions) == 3

    for number, (line, before) in enumerate(sessions):
        if number == 2:
            changed = PROGRAM.replace('"02:00"', '"03:30"')
            (folder / "project.py").write_text(changed, encoding="utf-8")
        assert run(line.split()) == 0
        after = capsys.readouterr().out
        if request.config.getoption("--update-golden") and shown(after) != shown(before):
            text = text.replace(f"```\n$ dssdsl {line}\n{before}```", f"```\n$ dssdsl {line}\n{after}```", 1)  # fmt: skip
            README.write_text(text, encoding="utf-8")
        else:
            assert shown(after) == shown(before)
