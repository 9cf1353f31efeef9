"""Bad input by the thousand: mutations of good programs, files, states and answers, from a seed."""

from __future__ import annotations

import contextlib
import io
import json
import random
import re
import signal
import tokenize
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import frozen

from dssdsl.cli import main
from dssdsl.emulator import Emulator, Response

CODES = {0, 2, 3, 4, 5, 6, 7, 8, 9}
"""What a command may end with; 1 is a bug of ours."""
SECONDS = 20
"""What no command on a small program takes, unless it hangs."""


class Hang(BaseException):
    """A command went on and on."""


@frozen
class Ended:
    """What a command came to."""

    code: int
    said: str

    @property
    def wrong(self) -> str:
        """What should not have been; nothing where all is well."""
        if self.code not in CODES:
            return f"exit code {self.code}"
        if "Traceback (most recent" in self.said or "bug of dssdsl" in self.said:
            return "a traceback of ours"
        if self.code not in (0, 7) and not re.search("error|Error|refused|stopped", self.said):
            return "no error is said"
        return ""


def run(args: list[str], seconds: float = SECONDS) -> Ended:
    """Run a command line in this process."""

    late = []

    def overdue(*_: object) -> None:
        late.append(True)  # whoever catches everything catches this, too
        raise Hang

    said = io.StringIO()
    before = signal.signal(signal.SIGALRM, overdue)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = main.run(args)
    except Hang:
        code = -1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return Ended(-1 if late else code, said.getvalue())


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of *folder*."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


# -- texts ----------------------------------------------------------------------------------------

VALUES = (
    "None", "True", "-1", "0", "1.5", "10**400", 'float("nan")', 'float("inf")', '""', '"\\0"', '"\\ud800"', '"a"*100_000', "[]", "{}",
    "[[]]*3", "object()", "(lambda: 0)", 'b"x"', '"${x}"', '"../../etc"', '"a\\nb"', '"\\u202e"', "1j", "{1: 2}", '{"a": object()}',
    "type", "int", "Ellipsis", "print", '__import__("os")', '(x for x in "ab")', '{"a"}', "range(3)", 'Exception("x")', '("a",)', "[None]",
    "[[[[[[1]]]]]]", '{"": ""}', "{None: None}", '__import__("functools").reduce(lambda a, _: [a], range(3000), 1)', '__import__("functools").reduce(lambda a, _: {"a": a}, range(3000), 1)', '"[secret]"', '"{}"', '"%s"', 'dict.fromkeys("abc")', "(lambda l: (l.append(l), l)[1])([])",
    "(lambda d: (d.update(d=d), d)[1])({})", 'type("X", (), {"__repr__": lambda s: 1/0})()', 'type("X", (str,), {})("x")',
)  # fmt: skip
PLACES = (
    "from dssdsl import Dataset, LibraryFile, ManagedFolder, Project, ProjectVariables, PythonRecipe, Recipe, Scenario, Step, export\nProject('PP', name='x')\n",
    'ProjectVariables(standard={"x": VALUE})', 'Dataset("D", connection="lake", raw={"customFields.x": VALUE})', 'export("x", VALUE)', 'export("x", [VALUE])',
    'Scenario("S", steps=[Step("custom_python", {"a": VALUE})])', 'Dataset("D", connection="lake", raw={VALUE: 1})', 'Dataset("D", connection="lake", raw=VALUE)',
    'Recipe("r", type="sampling", inputs=Dataset("I", connection="lake"), outputs=Dataset("O", connection="lake"), params={"a": VALUE})',
    'Recipe("r", type="sampling", inputs=Dataset("I", connection="lake"), outputs=Dataset("O", connection="lake"), payload={"a": VALUE})',
    'PythonRecipe("r", outputs=Dataset("O", connection="lake"), code=VALUE)', 'LibraryFile("python/a.py", content=VALUE)', 'Dataset(VALUE, connection="lake")',
    'Dataset("Z", connection="lake", tags=VALUE)', 'Dataset("Z", connection=VALUE)', 'ManagedFolder("f", path=VALUE)', 'Dataset("Z", connection="lake", columns=VALUE)',
    'Dataset("Z", connection="lake", columns={"a": VALUE})', 'Dataset("Z", connection="lake", depends_on=VALUE)', 'Dataset("Z", connection="lake", adopt=VALUE)',
    'Project("QQ", tags=[VALUE])', "ProjectVariables(standard=VALUE)", 'Scenario("S", steps=VALUE)', 'Scenario("S", steps=[], triggers=VALUE)', "export(VALUE, 1)",
)  # fmt: skip
"""What begins a program, and places where any value may be tried."""
LINES = (
    "raise RuntimeError", "raise BaseException('x')", "raise GeneratorExit", "raise KeyboardInterrupt", "import sys; sys.exit(3)",
    "import nothing_of_the_kind", "def f(): f()\nf()", "del Project", "1/0", "assert False", "Project()", "Project('A', 'B', 'C')",
    "import dssdsl; dssdsl.nothing", "from dssdsl import *", "import os; os.chdir('/')", "raise UnicodeDecodeError('utf-8', b'x', 0, 1, 'x')",
    "print('x' * 100_000)", "import sys; sys.stdout.close()", "import sys; sys.setrecursionlimit(200)", "class X(Project): pass\nX('XX')",
    "raise ExceptionGroup('g', [ValueError(1)])", "import warnings; warnings.warn('x')", "globals().clear()", "\x0c", "\tx = 1", "# -*- coding: nope -*-",
    "__builtins__ = None", "yield 1", "await 1", "return", "x = 'unterminated", "(" * 300, "lambda: " * 200 + "0", "-" * 5000 + "1",
)  # fmt: skip
JUNK = ("\0", "\ufeff", "\x1b[31m", "\r", "\u2028", "\t", "{", "}", "[", "]", ":", "'", '"', "&", "*", "!", "%", "@", "`", "\\", "é", "\U0001f600", "=", ",")  # fmt: skip


def python(rng: random.Random, text: str) -> str:
    """A program that is wrong somewhere."""
    if rng.random() < 0.25:
        lines = text.splitlines()
        at = rng.randrange(len(lines) + 1)
        return "\n".join([*lines[:at], rng.choice(LINES), *lines[at:], ""])
    tokens = [
        (t.type, t.string, t.start, t.end)
        for t in tokenize.generate_tokens(io.StringIO(text).readline)
        if t.string.strip()
    ]
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        kind, word, start, end = rng.choice(tokens)
        first, last = starts[start[0] - 1] + start[1], starts[end[0] - 1] + end[1]
        if text[first:last] != word:
            break  # an earlier change moved it
        value = kind in (tokenize.STRING, tokenize.NUMBER) or (
            kind == tokenize.NAME and rng.random() < 0.3
        )
        new = (
            rng.choice(VALUES)
            if value
            else rng.choice(
                ["", f"{word} {word}", rng.choice(JUNK), rng.choice(tokens)[1], f"{word}x"]
            )
        )
        text = text[:first] + new + text[last:]
    return text


def bytes_of(rng: random.Random, data: bytes) -> bytes:
    """The same, with some of it cut, turned over, doubled or replaced."""
    how = rng.randrange(6)
    at = rng.randrange(len(data) + 1)
    if how == 0:
        return data[:at]
    if how == 1:
        flipped = bytearray(data)
        for _ in range(rng.randint(1, 5)):
            flipped[rng.randrange(len(flipped))] ^= 1 << rng.randrange(8)
        return bytes(flipped)
    if how == 2:
        return data[:at] + rng.choice(JUNK).encode() * rng.randint(1, 3) + data[at:]
    if how == 3:
        return data[:at] + data[at + rng.randint(1, 40) :]
    if how == 4:
        return data + data[at:]
    return rng.choice(
        (
            b"",
            b"null",
            b"[]",
            b"{}",
            b"\xff\xfe",
            b"\0" * 50,
            b"1",
            b'"x"',
            b"[" * 100_000,
            b"NaN",
            b"<html>no</html>",
        )
    )


ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 10**30, 1e308, float("nan"), "", "x", "\0", "\u202e", "a" * 10_000, [], {}, [None], [[]], {"": None}, {"x": {"y": []}}, ["x", 1], "../..", "${x}",
)  # fmt: skip


def tree(rng: random.Random, value: Any) -> Any:
    """The same JSON, with something else at one place of it."""
    if rng.random() < 0.08 or not isinstance(value, (dict, list)) or not value:
        return rng.choice(ODD)
    if isinstance(value, dict):
        name = rng.choice(list(value))
        how = rng.random()
        if how < 0.15:
            return {k: v for k, v in value.items() if k != name}
        if how < 0.25:
            return {(f"{k}x" if k == name else k): v for k, v in value.items()}
        if how < 0.3:
            return {**value, rng.choice(("x", "", "versionTag", "__class__")): rng.choice(ODD)}
        return {k: tree(rng, v) if k == name else v for k, v in value.items()}
    at = rng.randrange(len(value))
    how = rng.random()
    if how < 0.1:
        return value[:at] + value[at + 1 :]
    if how < 0.2:
        return [*value, rng.choice(ODD)]
    if how < 0.3:
        return [*value, value[at]]
    return [*value[:at], tree(rng, value[at]), *value[at + 1 :]]


YAML = (
    "&a [*a]", "&a {x: *a}", "*nothing", "!!python/object/apply:os.system [echo]", "!!binary x", "!foo bar", "<<: 1", "<<: *x", "? [a]\n: b", "- - - - 1",
    "'\t'", "\tx: 1", "{a: 1, a: 2}", "2026-01-01", "0o17", ".inf", ".nan", "~", "yes", "1e400", "|", ">", "'", '"', "%YAML 9.9", "---", "...", "[" * 200, "{a: " * 200,
    "!!set {a}", "!!omap [a: 1]", "\0", "\x07", "x" * 100_000, "null", "[]", "{}", "- x", "${config.nope}", "${env.NOPE}", "${", "${config.}", "${config.warehouse}${", "${x}",
)  # fmt: skip


def yaml(rng: random.Random, text: str) -> str:
    """A YAML program that is wrong somewhere."""
    how = rng.random()
    lines = text.splitlines()
    at = rng.randrange(len(lines))
    if how < 0.35:  # another value
        head, colon, _ = lines[at].partition(":")
        lines[at] = f"{head}{colon or ':'} {rng.choice(YAML)}"
    elif how < 0.5:
        del lines[at]
    elif how < 0.6:
        lines.insert(at, lines[rng.randrange(len(lines))])
    elif how < 0.7:
        lines[at] = " " * rng.randint(0, 9) + lines[at].lstrip()
    elif how < 0.8:
        lines.insert(at, rng.choice(YAML))
    elif how < 0.9:
        words = re.findall(r"\w+", text)
        lines[at] = re.sub(r"\w+", lambda m: rng.choice((m[0], m[0], rng.choice(words))), lines[at])
    else:
        return bytes_of(rng, text.encode()).decode("utf-8", "surrogateescape")
    return "\n".join([*lines, ""])


# -- a DSS that lies ------------------------------------------------------------------------------


class Liar(Emulator):
    """A DSS one of whose answers is not what it should be; what it was asked is done all the same."""

    lie: Callable[[str, Response], Response] | None = None
    nth = 0

    def serve(self, method: str, path: str, *args: Any, **more: Any) -> Response:
        """Answer; the n-th answer is a lie."""
        answer = super().serve(method, path, *args, **more)
        if self.lie is not None:
            self.nth -= 1
            if self.nth < 0:
                tell, self.lie = self.lie, None
                return tell(f"{method} {path}", answer)
        return answer


def lying(rng: random.Random) -> Callable[[str, Response], Response]:
    """What becomes of an answer."""

    def lie(_: str, answer: Response) -> Response:
        content = answer.content if isinstance(answer.content, bytes) else answer.content.encode()
        try:
            document = json.loads(content)
        except ValueError:
            document = None
        if rng.random() < 0.6 and document is not None:
            return Response(json.dumps(tree(rng, document)), answer.type, answer.status)
        how = rng.randrange(6)
        if how == 0:
            return Response("<html><body>Sign in</body></html>", "text/html", 200)
        if how == 1:
            return Response(b"", answer.type, rng.choice((200, 204, 302, 400, 404, 500)))
        if how == 2:
            return Response(
                json.dumps(rng.choice(ODD)),
                answer.type,
                rng.choice((200, 200, 401, 403, 404, 409, 418, 500, 999)),
            )
        return Response(bytes_of(rng, content) if content else b"?", answer.type, answer.status)

    return lie
