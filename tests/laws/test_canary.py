"""
A secret goes to DSS and nowhere else: whatever is run, it is in nothing that is printed, and in no file of ours.

The values that are looked for stand wherever a program or a stack can have a secret, and DSS says them back where it can.
"""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from attrs import define, field

from dssdsl.emulator import Emulator, User, serve
from dssdsl.errors import DssdslError
from dssdsl.workspace import Workspace
from tests.laws.hostile import run

CORE = "c4n4ryOfTheMine"
SECRET = f'https://hooks.example.com/{CORE}?a="b\\c"&d=é%+x'
"""With all that JSON, URLs and shells write otherwise."""
ANOTHER = f"{CORE}-the-second-one"
KEY = f"key-{CORE}-key"
PROGRAM = """\
from dssdsl import Build, Dataset, Message, Project, ProjectVariables, PythonRecipe, Recipe, Reporter, Scenario, Secret, Slack, Step, Teams, export

hidden = Secret.env("CANARY")
Project("MINE", name="Mine", raw={"metadata.customFields.a": hidden})
ProjectVariables(standard={"a": hidden, "b": {"c": [hidden]}}, local={"d": hidden})
first = Dataset("FIRST", connection="lake", raw={"customFields.a": hidden, "params.extra": {"b": hidden}})
second = Dataset("SECOND", type="Inline", params={"keepTrackOfChanges": True, "token": hidden})
PythonRecipe("make", inputs=second, outputs=first, code="x = 1\\n", variables={"v": hidden}, raw={"customFields.a": hidden})
Recipe("other", type="sampling", inputs=first, outputs=Dataset("THIRD", connection="lake"), params={"a": hidden}, payload={"b": 1})
Scenario(
    "NIGHTLY",
    steps=[Build(first), Step("custom_python", {"script": hidden})],
    reporters=[
        Reporter(Slack("done", webhook=hidden)),
        Reporter(Teams("done", webhook=hidden)),
        Reporter(Message("webhook-scenario", {"url": hidden, "headers": [hidden]})),
    ],
    raw={"customFields.a": hidden},
)
export("hidden", hidden)
export("nested", {"a": [hidden]})
"""
WITHOUT = """\
from dssdsl import Dataset, Project, ProjectVariables, Scenario

Project("MINE", name="Mine")
ProjectVariables(standard={"other": 1})
first = Dataset("FIRST", connection="lake")
Scenario("NIGHTLY", steps=[])
"""


def forms(text: str) -> Iterator[bytes]:
    """How a secret may be written: as it is, escaped, quoted, and in base64 wherever it begins."""
    yield text.encode()
    yield quote(text, safe="").encode()
    yield json.dumps(text)[1:-1].encode()
    for before in ("", "x", "xx"):
        inner = base64.b64encode((before + text).encode())
        yield inner[4 if before else 0 : -4]
    yield text.encode().hex().encode()


NEEDLES = tuple(dict.fromkeys(forms(CORE)))


@define
class Mine:
    """A folder with a program, a DSS, and all that was printed."""

    folder: Path
    dss: Emulator
    printed: list[tuple[str, str]] = field(factory=list)

    def write(self, text: str) -> None:
        """Write the program."""
        (self.folder / "project.py").write_text(text, encoding="utf-8")

    def run(self, line: str, *codes: int) -> str:
        """Run a command, plainly and with all that makes it say more."""
        said = ""
        for more in ([], ["--debug"], ["--json"], ["--json", "--debug"]):
            ended = run([*line.split(), *more])
            said += ended.said
            self.printed.append((f"dssdsl {line} {' '.join(more)}", ended.said))
            assert ended.code in (codes or (0,)), (line, more, ended.code, ended.said[-2000:])
        return said

    def found(self) -> list[str]:
        """Where a secret was told."""
        places = [
            f"{name}: …{text.encode()[max(0, text.encode().find(n) - 300) : text.encode().find(n) + 60]!r}…"
            for name, text in self.printed
            for n in NEEDLES
            if n in text.encode()
        ]
        places += [
            f"file {path.relative_to(self.folder)}"
            for path in self.folder.rglob("*")
            if path.is_file() and any(n in path.read_bytes() for n in NEEDLES)
        ]
        for key in self.dss.projects():
            folder = self.dss.project_folder(key)
            for path in (folder / "lib" / ".dataiku_framework").rglob("*"):
                if path.is_file() and any(n in path.read_bytes() for n in NEEDLES):
                    places.append(f"state file {path.relative_to(folder)}")
            for args in (
                ["log", "--all", "--format=%B%an%ae"],
                ["for-each-ref", "--format=%(refname) %(contents)"],
            ):
                out = subprocess.run(
                    ["git", "-C", str(folder), *args], capture_output=True, check=True
                ).stdout
                places += [f"git {args[0]} of {key}" for n in NEEDLES if n in out]
        return places


@pytest.fixture
def mine(tmp_path, monkeypatch) -> Iterator[Mine]:
    monkeypatch.setenv("CANARY", SECRET)
    monkeypatch.setenv("CANARY_KEY", KEY)
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    keys = {KEY: User("admin"), "alice": User("alice")}
    with Emulator(connections={"lake": "EC2"}, keys=keys) as dss, serve(dss) as server:
        toml = f'[stacks.dev]\nhost = "{server.url}"\napi_key = {{ env = "CANARY_KEY" }}\n'
        (tmp_path / "dssdsl.toml").write_text(toml, encoding="utf-8")
        found = Mine(tmp_path, dss)
        found.write(PROGRAM)
        yield found


def test_no_command_tells_it(mine, monkeypatch):
    """
    From the first look to the destruction, with changes on both sides, no command prints or keeps it.
    """
    for line in (
        "validate",
        "graph",
        "graph --format dot",
        "graph --format mermaid",
        "preview --diff",
        "preview --out plan.json",
    ):
        mine.run(f"{line} project.py")
    mine.run("up --yes project.py")
    look_around(mine)
    for path in ("datasets/FIRST.json", "scenarios/NIGHTLY.json", "recipes/make.json"):
        mine.dss.edit(
            "MINE", path, lambda d: d.setdefault("customFields", {}).update(a=f"{ANOTHER}")
        )
    mine.run("drift --diff project.py", 0, 7)
    mine.run("preview --diff project.py")
    monkeypatch.setenv("CANARY", ANOTHER)
    mine.run("preview --diff project.py")
    mine.run("up --yes project.py")
    look_around(mine)
    mine.write(WITHOUT)
    mine.run("preview --diff project.py", 0, 5)
    mine.run("up --yes project.py", 0, 5)
    look_around(mine)
    mine.write(PROGRAM)
    mine.run("up --yes project.py")
    mine.run("rollback --yes project.py", 0, 2, 5, 6)
    mine.run("destroy --yes project.py", 0, 5)

    assert not mine.found()


def look_around(mine: Mine) -> None:
    """Look at all that was left."""
    for line in (
        "state list",
        "outputs",
        "refresh --yes",
        "history",
        "diff",
        "verify",
        "drift --diff",
        "summary",
    ):
        mine.run(f"{line} project.py", 0, 2, 5, 7)
    for key in ("dataset/FIRST", "recipe/make", "scenario/NIGHTLY", "variables/", "project/MINE"):
        mine.run(f"state show {key}", 0, 6)
    mine.run("state pull", 0, 2)


@pytest.mark.parametrize("kind", ["projects/", "scenarios", "variables", "datasets", "recipes"])
def test_an_error_that_says_it_back_does_not_tell_it(mine, kind):
    """
    DSS may repeat what it was sent in its error; what is shown of that is not the secret.
    """
    bodies = (
        f"cannot parse {SECRET}",
        f'bad request: {{"a": {json.dumps(SECRET)}}}',
        f"at url {quote(SECRET, safe='')}, key {KEY}",
        f"header {base64.b64encode((KEY + ':').encode()).decode()}",
    )
    for body in bodies:
        mine.dss.refuse(f"(POST|PUT) .*{kind}", message=body, status=400)
        mine.run("up --yes project.py", 0, 4, 9)
        mine.dss.answer(f"GET .*{kind}", 500, "text/html", f"<html>{body}</html>".encode())
        mine.run("preview project.py", 0, 4, 9)
        mine.dss.faults.clear()

    mine.dss.refuse("PUT ", message=SECRET, status=400, times=9)
    mine.write(PROGRAM.replace("x = 1", "x = 2"))
    with pytest.raises(DssdslError) as error:
        Workspace(mine.folder, stack="dev").up()
    mine.printed.append(("the error of the workspace", f"{error.value} {error.value!r}"))
    assert not mine.found()


@pytest.mark.parametrize(
    "key",
    [f"{CORE}\n", f"{CORE}\r\nx: y", f"{CORE}é漢", f" {CORE}", f"{CORE}\0", CORE, f'"{CORE}"'],
)
def test_a_wrong_key_is_not_printed(mine, monkeypatch, key):
    """
    A key that DSS does not know, or that no header can hold, is told by its variable.
    """
    if "\0" in key:
        monkeypatch.setenv("CANARY_KEY", key.replace("\0", "\x01"))
    else:
        monkeypatch.setenv("CANARY_KEY", key)
    mine.run("preview project.py", 2, 3, 4)

    assert not mine.found()


def test_a_host_with_credentials_does_not_tell_them(mine):
    """
    An address with a name and password in it is refused, and not repeated.
    """
    toml = (mine.folder / "dssdsl.toml").read_text(encoding="utf-8")
    bad = toml.replace("http://", f"http://me:{CORE}@")
    (mine.folder / "dssdsl.toml").write_text(bad, encoding="utf-8")
    mine.run("preview project.py", 2)
    (mine.folder / "dssdsl.toml").unlink()

    assert not mine.found()


def test_a_key_in_the_file_is_refused_and_not_repeated(mine):
    """
    A stack's key belongs into the environment.
    """
    toml = (mine.folder / "dssdsl.toml").read_text(encoding="utf-8")
    bad = toml.replace('{ env = "CANARY_KEY" }', f'"{KEY}"')
    (mine.folder / "dssdsl.toml").write_text(bad, encoding="utf-8")
    mine.run("preview project.py", 2)
    (mine.folder / "dssdsl.toml").unlink()

    assert not mine.found()


@pytest.mark.parametrize(
    "line",
    [
        'Dataset("FIRST", connection="lake", password="WORD")',
        'Dataset("FIRST", connection="lake", raw={"params.password": "WORD"})',
        'Dataset("FIRST", type="Inline", params={"token": "WORD"})',
        'Scenario("S", steps=[], reporters=Reporter(Slack("x", webhook="https://hooks.example.com/WORD")))',
    ],
)
def test_credentials_in_plain_text_are_refused(mine, line):
    """
    What looks like a credential in a program is an error that says what to write instead, and not what it is.
    """
    head = "from dssdsl import Dataset, Project, Reporter, Scenario, Slack\nProject('MINE', name='x')\n"
    mine.write(head + line.replace("WORD", CORE) + "\n")
    mine.run("validate project.py", 2)
    mine.run("preview project.py", 2)
    mine.write(WITHOUT)

    assert not mine.found()
