"""A refused plan is shown first, then what is refused; nothing is written."""

from __future__ import annotations

import json

import pytest

from dssdsl.cli import main
from dssdsl.emulator import Emulator, User, serve

BEFORE = """
from dssdsl import *

Project("SALES", naming="any")
Dataset("A", connection="filesystem_managed", format="CSV_UNIX_GZIP")
FilesystemDataset("B", connection="disk", path="/b")
Dataset("C", connection="filesystem_managed", protect=True)
"""
CHANGES = {
    "replace": (BEFORE.replace("CSV_UNIX_GZIP", "PARQUET_HIVE"), "replace", "pass --replace A"),
    "move": (BEFORE.replace("/b", "/c"), "move", "pass --move B"),
    "protected": (BEFORE.replace('Dataset("C"', '# Dataset("C"'), "", "declare it again without"),
    "policy": (BEFORE + "\n@policy\ndef no(plan):\n    return refuse('not on Fridays')\n", "create", 'policy "no" forbids it'),
}  # fmt: skip
NEW = '\nDataset("NEW", connection="filesystem_managed")\n'


@pytest.fixture(name="dss")
def _dss(tmp_path, monkeypatch):
    with (
        Emulator(keys={"secret": User("ann")}, connections={"disk": "Filesystem"}) as dss,
        serve(dss) as server,
    ):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("KEY", "secret")
        monkeypatch.setenv("NO_COLOR", "1")
        monkeypatch.setenv("COLUMNS", "120")
        (tmp_path / "dssdsl.toml").write_text(
            f'[stacks.dev]\nhost = "{server.url}"\napi_key = {{ env = "KEY" }}\n'
        )
        (tmp_path / "project.py").write_text(BEFORE)
        assert main.run(["up", "--yes"]) == 0
        yield dss


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
@pytest.mark.parametrize("command", [["preview"], ["up", "--yes"], ["up"]], ids=" ".join)
@pytest.mark.parametrize("case", CHANGES)
def test_the_plan_comes_first(dss, tmp_path, capsys, case, command, form):
    """
    Whatever refuses it, and in all forms of output.
    """
    text, action, fix = CHANGES[case]
    if form == "markdown" and command != ["preview"]:
        pytest.skip("only preview writes Markdown")
    (tmp_path / "project.py").write_text(text + NEW)
    dss.clear_requests()
    capsys.readouterr()

    code = main.run([*command, *(["--format", form] if command == ["preview"] else ["--json"] if form == "json" else [])])  # fmt: skip

    out, err = capsys.readouterr()
    assert code == 5
    assert not dss.writes()
    if form == "json":
        document = json.loads(out)
        assert "create" in {step["action"] for step in document["steps"]}
        assert action in {"", *(step["action"] for step in document["steps"])}
        assert any(fix in (each["fix"] or "") for each in document["error"]["problems"])
    elif form == "markdown":
        assert out.index("**refused:**") < out.index("`NEW`")
        assert fix in out
    else:
        assert "NEW" in out
        assert fix in err
