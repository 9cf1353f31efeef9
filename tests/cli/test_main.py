from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dssdsl.cli import deploying, main

HEAVY = ("pydantic", "dataikuapi", "deepdiff", "git", "ruamel", "rich", "requests")


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["--help"], 0),
        (["--version"], 0),
        (["up", "--help"], 0),
        (["emulator", "--help"], 0),
        (["up", "--nonsense"], 2),
        (["up", "--nonsense", "--json"], 2),
    ],
)
def test_help_and_usage_errors_load_nothing_heavy(args, expected):
    code = (
        "import sys; from dssdsl.cli.main import run\n"
        f"code = run({args!r})\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], code, file=sys.stderr)"
    )

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stderr.splitlines()[-1] == f"[] {expected}"


def test_it_runs_as_a_module():
    found = subprocess.run(
        [sys.executable, "-m", "dssdsl", "--help"], capture_output=True, text=True, check=True
    )

    assert "preview" in found.stdout


def test_a_wrong_option_is_usage(capsys):
    assert main.run(["up", "--nonsense"]) == 2
    assert capsys.readouterr().err == (
        "error: no such option '--nonsense'\n  fix  run dssdsl up --help\n"
    )


@pytest.mark.parametrize("args", [[], ["state"], ["emulator"]])
def test_a_group_without_a_command_shows_its_help(args, capsys, tmp_path, monkeypatch):
    (tmp_path / "project.py").touch()
    monkeypatch.chdir(tmp_path)

    assert main.run(args) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(" ".join(["Usage: dssdsl", *args, "[OPTIONS] COMMAND"]))


def test_a_wrong_option_is_json_where_json_is_asked_for(capsys):
    assert main.run(["up", "--nonsense", "--json"]) == 2

    said = json.loads(capsys.readouterr().out)
    assert said["error"]["exit_code"] == 2


@pytest.mark.parametrize("extra", [[], ["--json"]])
def test_an_internal_error_shows_its_traceback_and_asks_for_a_report(capsys, monkeypatch, extra):
    def broken(path):
        raise RuntimeError("boom")

    monkeypatch.setattr(deploying, "shown_path", broken)
    monkeypatch.chdir("/")

    assert main.run(["validate", __file__, *extra]) == 1

    out, err = capsys.readouterr()
    assert "Traceback" in err
    assert "report it" in err
    if extra:
        assert json.loads(out)["error"]["exit_code"] == 1


@pytest.mark.parametrize("extra", [[], ["--json"], ["--debug"]])
def test_an_error_of_the_user_shows_no_traceback(capsys, tmp_path, extra):
    assert main.run(["preview", str(tmp_path / "nothing.py"), *extra]) == 2

    assert ("Traceback" in capsys.readouterr().err) == (extra == ["--debug"])


@pytest.mark.parametrize("command", ["preview", "up --yes", "destroy --yes", "outputs"])
@pytest.mark.parametrize(
    ("path", "kind", "toml"),
    [
        (".dssdsl", "file", ""),
        (".dssdsl", "link", ""),
        (".dssdsl", "file", 'emulator = { data = "dss" }'),
        (".dssdsl", "file", 'store = "local"'),
        (".dssdsl/deployed.json", "folder", ""),
        (".dssdsl/emulator", "file", ""),
        ("dss", "file", 'emulator = { data = "dss" }'),
    ],
)
def test_what_has_the_place_of_our_own_files_is_named(capsys, shop, command, path, kind, toml):
    place = shop / path
    place.parent.mkdir(exist_ok=True)
    if kind == "folder":
        place.mkdir()
    elif kind == "file":
        place.write_text("theirs")
    else:
        place.symlink_to("nowhere")
    emulated = "" if "emulator" in toml else "emulator = true"
    (shop / "dssdsl.toml").write_text(f"[stacks.local]\n{emulated}\n{toml}\n")

    assert main.run([*command.split(), str(shop)]) == 2

    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert re.search(rf"^  at   {re.escape(str(place))}$", said, re.MULTILINE)
    assert "  fix  " in said


def test_ctrl_c_is_cancelled(capsys, monkeypatch, tmp_path):
    def stopped(path):
        raise KeyboardInterrupt

    monkeypatch.setattr(deploying, "shown_path", stopped)

    assert main.run(["validate", str(tmp_path / "project.py")]) == 8
    assert "error: stopped" in capsys.readouterr().err


@pytest.fixture(name="shop")
def _shop(tmp_path):
    (tmp_path / "shop" / "recipes").mkdir(parents=True)
    (tmp_path / "shop" / "dssdsl.toml").write_text('name = "shop"\n')
    (tmp_path / "shop" / "project.py").write_text("from dssdsl import Project\nProject('SHOP')\n")
    return tmp_path / "shop"


def test_a_command_in_a_subfolder_uses_the_program_above(shop, capsys, monkeypatch):
    monkeypatch.chdir(shop / "recipes")

    assert main.run(["up", "--yes"]) == 0
    assert main.run(["state", "list"]) == 0

    assert " · ../project.py" in capsys.readouterr().out
    assert (shop / ".dssdsl").is_dir()


def test_another_folder_to_start_in(shop, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert main.run(["-C", "shop", "validate"]) == 0
    assert "The program is valid: 1 resource in SHOP." in capsys.readouterr().out
    assert Path.cwd() == tmp_path
    assert main.run(["-C", "none", "validate"]) == 2
    assert "none" in capsys.readouterr().err
