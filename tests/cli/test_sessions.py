"""
What people see of bad input, as transcripts: ``sessions/<case>/session.txt`` holds command lines and what they print.

A case is a folder with a program and a ``session.txt``; each line of it that begins with ``$`` is run, in a copy of the
folder, against a DSS on loopback, and ``pytest --update-golden`` writes down what came of it. Beside them may stand a
``dssdsl.toml`` of its own, where PORT is that DSS's port, and a ``dss.toml`` that says how that DSS behaves. A ``^C``
among what a command printed is sent when the line before it has appeared.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from attrs import define, field, frozen

import dssdsl
from dssdsl.cli import main
from dssdsl.cli.screen import AGENTS
from dssdsl.emulator import Emulator, User, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

GOLDEN = Path(__file__).parent / "sessions"
KEY = "golden-key"
ROOT = str(Path(dssdsl.__file__).parents[1])
TYPED = 25
"""How many of the mistakes a type checker can see."""
DSSDSL_TOML = """\
name = "sales"
[stacks.dev]
host = "http://127.0.0.1:PORT"
api_key = { env = "DSS_DEV_KEY" }
"""
DSS_TOML: dict[str, Any] = {
    "connections": {"warehouse": "Snowflake", "lake": "EC2"},
    "code_envs": ["py311", "py311_ml"],
}


@frozen
class Item:
    """
    One kind of bad input.

    Attributes:
        words: What it is.
        cases: The folders that show it.
        asks: Whether DSS is asked before it is noticed.
    """

    words: str
    cases: tuple[str, ...]
    asks: bool = False


ITEMS = (
    Item("each of 38 mistakes", ("01_38_mistakes",)),
    Item("a misspelt field", ("02_misspelt_field", "02_misspelt_field_yaml")),
    Item("a misspelt class", ("03_misspelt_class", "03_misspelt_type_yaml")),
    Item("a wrong type", ("04_wrong_type", "04_wrong_type_yaml")),
    Item("a missing required field", ("05_missing_field", "05_missing_field_yaml")),
    Item("a duplicate name", ("06_duplicate_name", "06_duplicate_name_yaml")),
    Item("a reference to nothing", ("07_reference_to_nothing",), asks=True),
    Item("a reference to nothing, which needs no DSS", ("07_reference_to_nothing_yaml",)),
    Item("a cycle", ("08_cycle", "08_cycle_depends_on_yaml")),
    Item("two writers of one dataset", ("09_two_writers",)),
    Item("a missing connection", ("10_missing_connection",), asks=True),
    Item("a missing code env", ("11_missing_code_env",), asks=True),
    Item("a lower-case dataset name", ("12_lower_case_name",)),
    Item("an invalid project key", ("13_invalid_project_key",)),
    Item("both or neither of code and code file", ("14_code_and_file_yaml", "14_no_code")),
    Item("a missing file", ("15_missing_file", "15_missing_program")),
    Item("a Python file that does not parse", ("16_does_not_parse", "16_code_does_not_parse")),
    Item("an exception in the program", ("17_exception",)),
    Item("a program that prints", ("18_prints",), asks=True),
    Item("a program that exits", ("19_exits",)),
    Item("a program that never ends", ("20_never_ends",)),
    Item("a wrong host", ("21_wrong_host", "21_not_encrypted"), asks=True),
    Item("a wrong key", ("22_wrong_key",), asks=True),
    Item("a project that the key may not see", ("23_unseen_project",), asks=True),
    Item("a server that answers 500", ("24_answers_500",), asks=True),
    Item("a server that answers HTML", ("25_answers_html",), asks=True),
    Item("a server that answers nothing", ("26_closes", "26_never_answers"), asks=True),
    Item("a config value that nothing reads", ("29_unknown_config",)),
    Item("a config value that the stack lacks", ("30_missing_config",)),
    Item("names of what DSS does not have", ("31_names_of_dss",), asks=True),
    Item("a token that is nearly a known one", ("32_unknown_tokens",)),
    Item("a name that dssdsl does not have", ("33_names_that_are_not_there",)),
    Item("a model that only DSS creates", ("34_model_of_the_lab",)),
    Item("empty values", ("28_empty_values", "28_empty_values_yaml")),
    Item("many faults at once, in the order of lines", ("27_many_faults", "27_many_faults_yaml")),
    Item("a new program", ("28_new",)),
)
CASES = {case: item for item in ITEMS for case in item.cases}


def test_every_item_has_its_folder_and_every_folder_its_item():
    folders = {path.parent.name for path in GOLDEN.glob("*/session.txt")}
    empty = {path.name for path in GOLDEN.iterdir() if path.is_dir()} - folders

    assert not empty, "without a session.txt"
    assert not [i.words for i in ITEMS if not set(i.cases) <= folders], "items without a folder"
    assert not folders - set(CASES), "folders without an item"


@pytest.mark.parametrize("case", CASES)
def test_what_is_shown(case: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch):
    path = GOLDEN / case / "session.txt"
    before = path.read_text(encoding="utf-8")
    folder = tmp_path / "sales"
    shutil.copytree(GOLDEN / case, folder)
    (folder / ".git").mkdir()  # so that no toml above is found
    for name in (*AGENTS, "DSSDSL_STACK", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("DSS_DEV_KEY", KEY)
    monkeypatch.chdir(folder)

    with Dss.of(folder / "dss.toml") as dss:
        toml = folder / "dssdsl.toml"
        text = toml.read_text(encoding="utf-8") if toml.exists() else DSSDSL_TOML
        toml.write_text(text.replace("PORT", str(dss.port)), encoding="utf-8")
        after = Session(folder, dss.port).play(before)

    if request.config.getoption("--update-golden"):
        path.write_text(after, encoding="utf-8", newline="\n")
    assert after == before or request.config.getoption("--update-golden"), after
    assert after.count("\n[exit ") == len(re.findall("^[$] ", after, re.MULTILINE)), (
        "an exit code a command"
    )
    assert "Traceback" not in after
    assert "bug of dssdsl" not in after
    assert not dss.writes, "bad input writes nothing"
    if not CASES[case].asks:
        assert not dss.requests, "a fault of the program is told before DSS is asked anything"


CHECKED = re.compile(
    r"^[$] dssdsl (preview|validate) ([^\n]*)\n((?:(?![$] ).*\n)*?)\[exit (\d)", re.MULTILINE
)
"""A command of a transcript that checks a program: its name, its arguments, what it says, its exit code."""
SLOW = ("26_never_answers",)


@pytest.mark.parametrize("case", [case for case in CASES if case not in SLOW])
def test_up_refuses_it_before_the_first_write(case: str, tmp_path: Path, monkeypatch):
    """
    Whatever `preview` or `validate` refuses, `up` refuses, too, and DSS keeps what it has.
    """
    text = (GOLDEN / case / "session.txt").read_text(encoding="utf-8")
    folder = tmp_path / "sales"
    shutil.copytree(GOLDEN / case, folder)
    (folder / ".git").mkdir()
    monkeypatch.setenv("DSS_DEV_KEY", KEY)
    monkeypatch.chdir(folder)

    with Dss.of(folder / "dss.toml") as dss:
        toml = folder / "dssdsl.toml"
        said = toml.read_text(encoding="utf-8") if toml.exists() else DSSDSL_TOML
        toml.write_text(said.replace("PORT", str(dss.port)), encoding="utf-8")
        for command, args, _, exit_code in CHECKED.findall(text):
            refused = exit_code != "0"
            words = f"up --yes {args}" if refused else f"{command} {args}"
            _, code = Session(folder, dss.port).run(f"dssdsl {words}", "")
            assert code not in (0, 1) if refused else code == 0

    assert not dss.writes


MISTAKES = GOLDEN / "01_38_mistakes"
LEGAL = ("N9", "N10")
"""One may stand where a list may: what these lines say is right by now."""


@pytest.fixture(scope="module")
def lines() -> dict[int, str]:
    """The lines with a mistake, by number."""
    lines = (MISTAKES / "program.py").read_text(encoding="utf-8").splitlines()
    first = next(n for n, line in enumerate(lines, 1) if line.startswith("# ")) + 1
    return dict(enumerate(lines[first - 1 :], first))


@pytest.fixture(scope="module")
def ours() -> set[int]:
    """The lines of which we say something."""
    text = (MISTAKES / "session.txt").read_text(encoding="utf-8")
    return {int(n) for n in re.findall(r"^  at   .*program\.py:(\d+)$", text, re.MULTILINE)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the program and what the checkers are to know."""
    folder = tmp_path_factory.mktemp("mistakes")
    shutil.copy(MISTAKES / "program.py", folder)
    paths = {"include": ["program.py"], "extraPaths": [ROOT]}
    (folder / "pyrightconfig.json").write_text(json.dumps(paths), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def mypy(folder: Path) -> set[int]:
    """The lines of which mypy says something."""
    out, said = check(folder, "mypy", "--strict", "--follow-imports=silent", "program.py")
    found = {int(n) for n in re.findall(r"program\.py:(\d+): error", out)}
    return found or pytest.fail(f"mypy says nothing: {out} {said}")


@pytest.fixture(scope="module")
def pyright(folder: Path) -> set[int]:
    """The lines of which pyright says something."""
    out, said = check(folder, "pyright", "--outputjson", "--pythonpath", sys.executable)
    try:
        told = json.loads(out)["generalDiagnostics"]
    except ValueError:
        pytest.skip(f"pyright cannot be run here, it needs node: {said[-200:]}")
    return {d["range"]["start"]["line"] + 1 for d in told if d["severity"] == "error"}


def check(folder: Path, checker: str, *args: str) -> tuple[str, str]:
    """What a checker says; skips where it is not installed."""
    pytest.importorskip(checker, reason=f"{checker} is not installed")
    command = [sys.executable, "-m", checker, *args]
    env = {**os.environ, "MYPYPATH": ROOT}
    try:
        found = subprocess.run(
            command,
            cwd=folder,
            env=env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    except subprocess.TimeoutExpired:
        pytest.skip(f"{checker} takes too long here")
    return found.stdout, found.stderr


def test_there_are_38_mistakes(lines: dict[int, str]):
    assert len(lines) == 38


def test_we_notice_every_mistake(lines: dict[int, str], ours: set[int]):
    assert {n for n in lines if n not in ours} == legal(lines)


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_type_checkers_notice_mistakes(lines, checker, request):
    """
    More than half is noticed while it is written; what is right is let alone.
    """
    found = request.getfixturevalue(checker)

    assert not found - set(lines), "an error beside the mistakes"
    assert not found & legal(lines)
    assert len(found) >= TYPED


def legal(lines: dict[int, str]) -> set[int]:
    """The lines that were mistakes once, and are none any more."""
    return {n for n, text in lines.items() if any(f'"{name}"' in text for name in LEGAL)}


@define
class Session:
    """Runs the command lines of a transcript."""

    folder: Path
    port: int

    def play(self, before: str) -> str:
        """The transcript as it is now."""
        out = []
        for part in re.split(r"^(?=[$] )", before, flags=re.MULTILINE):
            if not part.startswith("$ "):
                out.append(part)
                continue
            command, _, said = part.partition("\n")
            text, code = self.run(command.removeprefix("$ "), said)
            remark = re.search(r"(?<=\n)(\n*(#.*\n)*\n*)\Z", said)
            out.append(f"{command}\n{self.plain(text)}[exit {code}]\n{remark[0] if remark else ''}")
        return "".join(out)

    def run(self, command: str, said: str) -> tuple[str, int]:
        """Run one command line; gives what it prints, and its exit code."""
        words = shlex.split(command)
        quiet = words[-1] == "2>/dev/null"
        with pytest.MonkeyPatch.context() as patch:
            while "=" in words[0]:
                name, _, value = words.pop(0).partition("=")
                patch.setenv(name, value)
            words = words[:-1] if quiet else words
            if words[:3] == ["python", "-m", "dssdsl"]:
                last = said.partition("\n^C\n")[0].rpartition("\n")[2] if "\n^C\n" in said else None
                return self.process(words[3:], last, quiet=quiet)
            assert words[0] == "dssdsl"
            out = io.StringIO()
            err = io.StringIO() if quiet else out
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = main.run(words[1:])
        return out.getvalue(), code

    def process(self, args: list[str], line: str | None, *, quiet: bool) -> tuple[str, int]:
        """Run a command in a process of its own, and press Ctrl-C when it has printed *line*."""
        env = {**os.environ, "PYTHONPATH": ROOT}
        seen = []
        # A shell starts what it puts into the background deaf to Ctrl-C, and its children inherit that.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with subprocess.Popen(
            [sys.executable, "-m", "dssdsl", *args], cwd=self.folder, env=env, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL if quiet else subprocess.STDOUT,
        ) as process:  # fmt: skip
            overdue = threading.Timer(60, process.kill)
            overdue.start()
            try:
                for each in process.stdout or ():
                    seen.append(each)
                    if each == f"{line}\n":
                        seen.append("^C\n")
                        process.send_signal(signal.SIGINT)
                return "".join(seen), process.wait()
            finally:
                overdue.cancel()

    def plain(self, text: str) -> str:
        """*text* without what differs from run to run."""
        text = text.replace(str(self.folder), "~/sales").replace(str(self.port), "PORT")
        text = re.sub(r"\(\d+\.\d s\)", "(0.0 s)", text)
        return text if not text or text.endswith("\n") else f"{text}\n"


@define
class Dss:
    """
    The DSS of a case.

    Attributes:
        port: Where it listens.
        requests: What it was asked.
        writes: What of that was no mere read.
    """

    port: int
    requests: list[Any] = field(factory=list)
    writes: list[Any] = field(factory=list)

    @classmethod
    @contextlib.contextmanager
    def of(cls, path: Path) -> Iterator[Dss]:
        """A DSS that behaves as the file says, if there is one."""
        said = {**DSS_TOML, **(tomllib.loads(path.read_text()) if path.exists() else {})}
        if "says" in said:
            with Talker(said["says"].encode()) as talker:
                yield cls(talker.port)
            return
        users = {KEY: User("ann")} | {key: user(**u) for key, u in said.get("users", {}).items()}
        with (
            Emulator(
                connections=said["connections"], code_envs=said["code_envs"], keys=users
            ) as dss,
            serve(dss) as server,
        ):
            for key, folder in said.get("projects", {}).items():
                dss.load(path.parent / folder, key)
            for fault in said.get("refuse", ()):
                dss.refuse(**fault)
            for fault in said.get("cut", ()):
                dss.cut(**fault)
            for fault in said.get("answer", ()):
                for _ in range(fault.get("times", 1)):
                    dss.answer(
                        fault["match"], fault["status"], fault["type"], fault["body"].encode()
                    )
            yield cls(int(server.url.rpartition(":")[2]), dss.requests, found := [])
            found += [each for each in dss.writes() if each.status < 400]


class Talker:
    """A server that says the same to everybody, and if that is nothing keeps the line open."""

    def __init__(self, words: bytes) -> None:
        self.words = words
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self) -> None:
        """Talk until the socket is closed."""
        with contextlib.suppress(OSError):
            while self.words:
                line, _ = self.socket.accept()
                with line:
                    line.recv(10_000)
                    line.sendall(self.words)

    def __enter__(self) -> Talker:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(5)


def user(projects: list[str] | None = None, **said: Any) -> User:
    """Somebody who has a key."""
    return User(**said, projects=None if projects is None else frozenset(projects))
