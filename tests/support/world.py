"""A DSS in this process, and programs that are deployed to it: what tests of whole deployments share."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dssdsl.deployment.run import Deployment
from dssdsl.emulator import Emulator, Fault, Refused
from dssdsl.errors import ProgramErrors
from dssdsl.lang import checks, graph
from dssdsl.lang.program import Program, Target
from dssdsl.plan.options import Options
from dssdsl.plan.steps import Plan
from dssdsl.workspace import Workspace

CONNECTIONS = {
    "warehouse": "Snowflake",
    "pg": "PostgreSQL",
    "lake": "EC2",
    "gcs": "GCS",
    "azure": "Azure",
    "azure2": "Azure",
    "lake2": "EC2",
}
CODE_ENVS = ("py311", "py312")


def emulator(**options: Any) -> Emulator:
    """A DSS with a connection of each kind."""
    options.setdefault("connections", CONNECTIONS)
    options.setdefault("code_envs", CODE_ENVS)
    return Emulator(**options)


class World:
    """
    A folder with a program, and a DSS that it is deployed to.

    Each call makes a new workspace, as a new process would.
    """

    def __init__(self, folder: Path, dss: Emulator) -> None:
        self.folder, self.dss = folder, dss

    def write(self, text: str, name: str = "project.py") -> Path:
        """Write the program."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def workspace(self, name: str = "project.py") -> Workspace:
        """A workspace of the program as it is now."""
        return Workspace(self.folder / name, emulator=self.dss)

    def preview(self, name: str = "project.py", **options: Any) -> Plan:
        """What `up` would do."""
        return self.workspace(name).preview(Options(**options))

    def up(self, name: str = "project.py", **options: Any) -> Deployment:
        """Deploy the program."""
        return self.workspace(name).up(Options(**options))

    def destroy(self, **options: Any) -> Deployment:
        """Delete what was deployed."""
        return self.workspace().destroy(Options(**options))


class Declared(Workspace):
    """A workspace whose program is a function, for tests that build resources in place."""

    def __init__(
        self,
        declare: Callable[[], None],
        dss: Emulator,
        folder: Path,
        parallel: int | None = None,
    ) -> None:
        super().__init__(folder / "project.py", emulator=dss, parallel=parallel)
        program = Program(
            target=Target(name="local", host="http://emulator"),
            folder=folder,
            position="project.py",
            hidden=self.hidden,
        )
        with program.active():
            declare()
            found = graph.build(program)
            checks.check(program, found)
        if program.errors:
            raise ProgramErrors(program.errors)
        self.__dict__["loaded"] = (program, found)
        self.__dict__["file"] = folder / "project.py"


OURS = re.compile(r"/git/|/\.dataiku_framework")
"""Requests about our own lock, state and history."""


class NthWrite:
    """Matches the n-th request that is no read, nor one of those that *but* finds."""

    def __init__(self, n: int, but: re.Pattern[str] | None = None) -> None:
        self.left, self.hit, self.but = n, False, but

    def search(self, line: str) -> bool:
        """Whether *line*, as ``METHOD /path``, is it."""
        if line.startswith(("GET ", "HEAD ")) or (self.but and self.but.search(line)):
            return False
        self.left -= 1
        self.hit = self.hit or self.left < 0
        return self.left == -1


def refuse_write(
    dss: Emulator, n: int, *, after: bool = False, but: re.Pattern[str] | None = None
) -> NthWrite:
    """Let the n-th write fail, before or after it is carried out; those that *but* finds do not count."""
    nth = NthWrite(n, but)
    outcome = Refused(500, "java.lang.RuntimeException", "refused by the test")
    dss.faults.pending.append(Fault(nth, outcome, 1, after))  # type: ignore[arg-type]
    return nth
