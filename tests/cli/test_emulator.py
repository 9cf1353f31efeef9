"""The commands for a stack's emulator, while it runs and while it does not."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest
import requests
from dataikuapi import DSSClient

from dssdsl import embedded
from dssdsl.cli import emulator, main, prompt
from dssdsl.cli.output import Output
from dssdsl.emulator import Emulator, InProcess, Running

PROGRAM = 'from dssdsl import Dataset, Project\nProject("SALES")\nDataset("RAW", connection="filesystem_managed")\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()  # so that no toml above is found
    (tmp_path / "project.py").write_text(PROGRAM)
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "params.json").write_text('{"name": "Old"}')
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DSSDSL_STACK", raising=False)
    return tmp_path


@pytest.fixture
def run(folder, capsys):
    """Run a command line: exit code, stdout, stderr."""

    def run(*args):
        code = main.run(list(args))
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def started(folder):
    """Return the process of a started emulator, and what it says of itself."""
    command = [sys.executable, "-m", "dssdsl", "emulator", "start"]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE) as process:
        url = process.stdout.readline().decode().split()[1]
        yield process, url
        process.kill()


def note(folder):
    return folder / ".dssdsl" / "emulator" / "server.json"


def test_start_says_where_and_stop_ends_it(started, run, folder):
    process, url = started
    told = json.loads(note(folder).read_text())
    assert (told["url"], told["pid"]) == (url, process.pid)
    assert note(folder).stat().st_mode & 0o077 == 0

    assert run("emulator", "start")[0] == 2
    code, out, _ = run("emulator", "stop")

    assert code == 0
    assert url in out
    assert process.wait(9) == 0
    assert not note(folder).exists()
    assert run("emulator", "stop")[0] == 6


def test_start_writes_its_json_at_once_and_once(folder):
    """
    A script that starts the emulator reads its address from a pipe.
    """
    command = [sys.executable, "-m", "dssdsl", "emulator", "start", "--json"]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        text = ""
        while not text.endswith("}\n"):
            text += process.stdout.readline()
        assert (
            DSSClient(json.loads(text)["url"], json.loads(text)["api_key"]).list_project_keys()
            == []
        )
        process.terminate()
        assert process.stdout.read() == ""
        assert process.wait(9) == 0


def test_up_talks_to_the_one_that_runs(started, run, folder):
    _, url = started
    assert run("up", "--yes")[0] == 0
    client = DSSClient(url, "local")
    assert client.list_project_keys() == ["SALES"]
    dataset = client.get_project("SALES").get_dataset("RAW")
    schema = {"columns": [{"name": "x", "type": "string"}], "userModified": False}
    dataset.set_schema(schema)

    assert run("drift")[0] in (0, 7)
    code, out, _ = run("emulator", "log", "--last", "200")

    assert code == 0
    assert "200  admin  PUT /projects/SALES/datasets/RAW/schema" in out
    assert len(run("emulator", "log", "--last", "2")[1].splitlines()) == 2
    assert json.loads(run("emulator", "status", "--json")[1])["requests"] > 5
    assert run("emulator", "stop")[0] == 0
    assert run("up", "--yes", "--expect-no-changes")[0] == 0
    assert run("emulator", "log")[0] == 6


def test_proxies_do_not_come_between(started, run, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    assert run("up", "--yes")[0] == 0
    assert "is running at" in run("emulator", "status")[1]


@pytest.mark.parametrize("runs", [False, True])
def test_load_status_save_reset(runs, request, run, folder):
    if runs:
        request.getfixturevalue("started")
    assert run("emulator", "load", "export", "--key", "OLD")[0] == 0
    assert run("emulator", "load", "export", "--key", "OLD")[0] == 2
    assert run("emulator", "load", "nowhere", "--key", "X")[0] in (2, 6)
    assert run("emulator", "load", "export", "--key", "../X")[0] == 2
    assert run("up", "--yes")[0] == 0

    code, out, _ = run("emulator", "status")
    assert code == 0
    assert ("is running at http://127.0.0.1:" in out) is runs
    assert ("is not running" in out) is not runs
    assert "has 2 projects in" in out
    assert "  OLD  empty" in out
    assert "  SALES  1 dataset, 1 dashboard" in out
    document = json.loads(run("emulator", "status", "--json")[1])
    assert document["projects"]["SALES"]["objects"]["datasets"] == 1
    assert "pendingCommits" in document["projects"]["SALES"]
    assert (document["pid"] is None) == (document["requests"] is None)

    assert run("emulator", "save", "SALES", "there")[0] == 0
    assert (folder / "there" / "datasets" / "RAW.json").exists()
    log = subprocess.run(["git", "log"], cwd=folder / "there", capture_output=True, check=True)
    assert b"RAW" in log.stdout
    assert run("emulator", "save", "SALES", "there")[0] == 2
    assert run("emulator", "save", "NO", "elsewhere")[0] == 6

    assert run("emulator", "reset")[0] == 2
    assert "has 2 projects" in run("emulator", "status")[1]
    assert run("emulator", "reset", "--yes")[0] == 0
    assert "has 0 projects" in run("emulator", "status")[1]


def test_what_can_be_loaded(run, folder):
    """
    The archive of an export, the same unpacked, a bundle, a Git clone and a folder become projects.
    """
    with Emulator() as dss:
        client = DSSClient("http://dss", "emulator")
        client._session.mount("http://dss", InProcess(dss))
        project = client.create_project("SALES", "Sales", "admin")
        project.create_managed_folder("files").put_file("a/b.txt", io.BytesIO(b"b"))
        project.create_upload_dataset("up").uploaded_add_file(io.BytesIO(b"x\n1\n"), "x.csv")
        project.set_variables({"standard": {"a": 1}, "local": {"b": 2}})
        project.export_to_file("export.zip", {"exportManagedFolders": True})
        project.export_bundle("v1")
        project.download_exported_bundle_archive_to_file("v1", "v1.zip")
        shutil.copytree(dss.project_folder("SALES"), "clone")
    zipfile.ZipFile("export.zip").extractall("unpacked")
    (folder / "no.zip").write_text("no")

    for source, key in (("export.zip", "A"), ("unpacked", "B"), ("v1.zip", "C"), ("clone", "D")):
        assert run("emulator", "load", source, "--key", key)[0] == 0
    assert "not an archive" in run("emulator", "load", "no.zip", "--key", "E")[2]

    with Emulator(folder / ".dssdsl/emulator") as dss:
        client = DSSClient("http://dss", "emulator")
        client._session.mount("http://dss", InProcess(dss))
        assert client.list_project_keys() == ["A", "B", "C", "D"]
        for key in client.list_project_keys():
            project = client.get_project(key)
            assert [each.name for each in project.list_datasets()] == ["up"]
            assert project.get_project_git().get_status()["clean"]
            assert project.get_variables()["standard"] == {"a": 1}
            commits = len(project.get_project_git().log()["entries"])
            assert commits == (5 if key == "D" else 1), key
            if key in "AB":
                (made,) = project.list_managed_folders()
                files = project.get_managed_folder(made["id"]).list_contents()["items"]
                assert [each["path"] for each in files] == ["/a/b.txt"]
                (sent,) = project.get_dataset("up").uploaded_list_files()
                assert (sent["path"], sent["length"]) == ("/x.csv", 4)


@pytest.mark.parametrize(("said", "code"), [("no", 8), ("yes", 0)])
def test_reset_asks(run, folder, monkeypatch, said, code):
    run("emulator", "load", "export", "--key", "OLD")
    questions = []
    monkeypatch.setattr(Output, "may_ask", True)
    monkeypatch.setattr(prompt, "_ask", lambda question: questions.append(question) or said)

    assert run("emulator", "reset")[0] == code

    assert "OLD" in questions[0]
    assert (folder / ".dssdsl" / "emulator" / "projects" / "OLD").exists() is (code != 0)


def test_leftovers_of_a_killed_process_do_not_count(started, run, folder):
    process, url = started
    client = DSSClient(url, "local")
    client.create_project("P", "P", "admin")
    process.kill()
    process.wait()
    assert note(folder).exists()

    out = run("emulator", "status")[1]

    assert "is not running" in out
    assert "  P  " in out
    assert "not yet in Git" in out
    assert run("up", "--yes")[0] == 0
    assert run("emulator", "stop")[0] == 6


def test_another_process_on_that_port_does_not_count(started, run, folder):
    told = json.loads(note(folder).read_text())
    for change in (
        {"pid": told["pid"] + 1},
        {"token": "x"},
        {"url": "http://127.0.0.1:1"},
        {"x": 1},
    ):
        note(folder).write_text(json.dumps({**told, **change}))
        assert Running.find(note(folder).parent) is None
    note(folder).write_text("{")
    assert Running.find(note(folder).parent) is None


def test_nobody_else_controls_it(started, folder):
    _, url = started
    for headers in ({}, {"Authorization": "Bearer local"}):
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(f"{url}/__emulator/reset", headers=headers, timeout=9)
        assert answer.status_code == 403


def test_a_process_that_does_not_stop_is_reported(started, run, folder, monkeypatch):
    monkeypatch.setattr(emulator, "PATIENCE", 0.2)
    begun = time.monotonic()
    with monkeypatch.context() as patch:
        patch.setattr(os, "kill", lambda *_: None)
        code, _, err = run("emulator", "stop")
    assert code != 0
    assert "did not stop" in err
    assert time.monotonic() - begun < 9


HOLDS = """
import sys
from pathlib import Path
from dssdsl.emulator import Emulator
with Emulator(Path(sys.argv[1])):
    print("open", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def busy(folder):
    """Return a process that has the stack's emulator open, as a long `up` would."""
    command = [sys.executable, "-c", HOLDS, str(folder / ".dssdsl" / "emulator")]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=env, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout.readline() == "open\n"
        yield process
        process.kill()


@pytest.mark.parametrize(
    "command", [["up", "--yes"], ["emulator", "start"], ["emulator", "reset", "--yes"]]
)
def test_a_folder_that_another_command_has_open(busy, run, monkeypatch, command):
    monkeypatch.setattr(embedded, "PATIENCE", 0.2)
    code, _, err = run(*command)
    assert code == 9
    assert f'process {busy.pid} has the emulator of stack "local" open' in err


@pytest.mark.parametrize("command", ["up", "emulator start"])
def test_a_command_that_waits_says_so_at_once(busy, folder, command):
    """
    On stderr, long before it gives up: stdout is for JSON.
    """
    words = [sys.executable, "-m", "dssdsl", *command.split(), "--json"]
    words += ["--yes"] if command == "up" else []
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    pipe = subprocess.PIPE
    with subprocess.Popen(words, cwd=folder, env=env, stdout=pipe, stderr=pipe, text=True) as waits:
        said = waits.stderr.readline()
        assert said.startswith("waiting up to 60 seconds: ")
        assert f'process {busy.pid} has the emulator of stack "local" open' in said
        assert waits.poll() is None
        busy.communicate("done\n")
        if command == "up":
            assert json.loads(waits.communicate()[0])["result"]
            assert waits.returncode == 0
        waits.kill()


def test_a_command_that_waits_goes_to_the_emulator_that_is_started(busy, run, folder):
    """
    Whoever comes first, commands and the one that serves never open the folder together.
    """
    command = [sys.executable, "-m", "dssdsl", "emulator", "start"]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE) as server:
        timer = threading.Timer(1, lambda: busy.communicate("done\n"))
        timer.start()
        assert run("up", "--yes")[0] == 0
        url = server.stdout.readline().decode().split()[1]
        assert DSSClient(url, "local").list_project_keys() == ["SALES"]
        assert run("emulator", "stop")[0] == 0
        assert run("up", "--yes", "--expect-no-changes")[0] == 0
        timer.join()


def test_a_stack_on_another_dss_has_none(run, folder):
    (folder / "dssdsl.toml").write_text(
        '[stacks.far]\nhost = "http://dss"\napi_key = { env = "K" }\n'
    )
    for command in (["status"], ["start"], ["stop"], ["log"], ["reset", "--yes"]):
        code, _, err = run("emulator", *command, "--stack", "far")
        assert code == 2
        assert "not on an emulator" in err
