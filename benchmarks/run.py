"""
Measures dssdsl beside Terraform, and prints a table.

Every measurement is a process of its own; its seconds are those of the whole process, as a user waits for them
(``declare`` alone leaves the imports out). Ratios count, not seconds: all rows are of one run on one machine.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import programs

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
LATENCY = 0.02
TERRAFORM = shutil.which("terraform")
BUDGETS = {
    ("help", 0): 0.15,
    ("declare", 1000): 0.15,
    ("preview", 1000): 0.8,
    ("up", 1000): 5.0,
    ("destroy", 1000): 5.0,
    ("preview, 20 ms", "1,000 + 1,000"): 1.5,
}
"""Seconds, from DESIGN.md §10."""
MEGABYTES, GROWTH, REQUESTS = 120, 4.6, 10


@dataclass
class Row:
    """One measurement."""

    what: str
    size: Any
    seconds: float
    cpu: float
    mb: float
    requests: int | None = None
    writes: int | None = None
    git: float = 0.0
    terraform: float | None = None
    terraform_mb: float | None = None

    @property
    def budget(self) -> str:
        """What it may take, and whether it does."""
        limit = BUDGETS.get((self.what, self.size))
        if limit is None:
            return ""
        told = f"{limit:g} s {'ok' if self.seconds <= limit else 'over'}"
        if limit < self.seconds and limit >= self.cpu:
            told += " (CPU ok)"
        if self.what == "preview" and self.size == 1000:  # noqa: PLR2004
            told += f", {MEGABYTES} MB {'ok' if self.mb <= MEGABYTES else 'over'}"
        if self.requests is not None and self.what == "preview, 20 ms":
            told += f", {REQUESTS} requests {'ok' if self.requests <= REQUESTS else 'over'}"
        return told

    def cells(self) -> list[str]:
        """What the table shows of it."""
        seconds = f"{self.seconds:.2f}" + (f" ({self.git:.2f})" if self.git >= 0.005 else "")  # noqa: PLR2004
        beside = (
            f"{self.terraform:.1f} s, {self.terraform_mb:.0f} MB"
            if self.terraform is not None
            else ""
        )
        ratio = f"{self.terraform / self.seconds:.1f}×" if self.terraform is not None else ""
        size = f"{self.size:,}" if isinstance(self.size, int) and self.size else self.size or ""
        requests = "" if self.requests is None else f"{self.requests:,} ({self.writes:,})"
        return [
            self.what,
            str(size),
            requests,
            seconds,
            f"{self.cpu:.2f}",
            f"{self.mb:.0f}",
            self.budget,
            beside,
            ratio,
        ]


HEAD = [
    "what",
    "resources",
    "requests (writes)",
    "seconds (Git)",
    "CPU",
    "MB",
    "budget",
    "terraform",
    "ratio",
]


def environment(cache: Path) -> dict[str, str]:
    """The environment of what is measured: with byte code, as what is installed has it."""
    kept = {
        k: v for k, v in os.environ.items() if k not in ("PYTHONDONTWRITEBYTECODE", "DSSDSL_STACK")
    }
    return {
        **kept,
        "PYTHONPYCACHEPREFIX": str(cache),
        "PYTHONPATH": str(ROOT),
        "DSS_KEY": "key",
        "CHECKPOINT_DISABLE": "1",
    }


def timed(command: list[str], folder: Path, env: dict[str, str]) -> tuple[float, float, str, float]:
    """Run a process: its seconds, its peak memory in MB, and what it wrote to stderr, its CPU seconds."""
    with tempfile.TemporaryFile() as errors:
        begun = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        said = errors.read().decode(errors="replace")
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{said[-2000:]}")
    return seconds, used.ru_maxrss / 1024, said, used.ru_utime + used.ru_stime


def machine() -> str:
    """How fast this machine is now: others on it make every row slower, and budgets are for an idle one."""
    begun = time.perf_counter()
    sum(range(20_000_000))
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, 20 million additions in {time.perf_counter() - begun:.2f} s"


class Bench:
    """One run: a folder for all of it, and the rows so far."""

    def __init__(self, folder: Path, repeat: int) -> None:
        self.folder, self.repeat = folder, repeat
        self.env = environment(folder / "pyc")
        self.rows: list[Row] = []

    def program(self, name: str, text: str, url: str = "") -> Path:
        """A folder with a program."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        (folder / "project.py").write_text(text, encoding="utf-8")
        (folder / "warm.py").write_text(programs.mixed(6), encoding="utf-8")
        (folder / "dssdsl.toml").write_text(programs.settings(url), encoding="utf-8")
        return folder

    def measure(
        self, what: str, size: Any, command: list[str], folder: Path, times: int = 1
    ) -> Row:
        """Take the best of some tries: others on the machine only ever make it slower."""
        best: Row | None = None
        for _ in range(times):
            seconds, mb, said, _ = timed(
                [sys.executable, "-m", "benchmarks.one", command[0], str(folder), *command[1:]],
                folder,
                self.env,
            )
            found = json.loads(said.strip().splitlines()[-1])
            row = Row(
                what,
                size,
                found.get("seconds", seconds),
                found["cpu"],
                mb,
                found["requests"],
                found["writes"],
                found["git"],
            )
            best = row if best is None or row.seconds < best.seconds else best
        assert best is not None
        self.add(best)
        return best

    def add(self, row: Row) -> None:
        """Show a row at once, for the whole takes minutes."""
        self.rows.append(row)
        print("  ".join(cell for cell in row.cells() if cell), file=sys.stderr, flush=True)

    # -- the rows ------------------------------------------------------------------------------

    def help(self) -> None:
        """``dssdsl --help``."""
        command = [sys.executable, "-m", "dssdsl", "--help"]
        timed(command, self.folder, self.env)  # writes the byte code
        tries = [timed(command, self.folder, self.env) for _ in range(5)]
        seconds, mb, cpu = (
            min(t[0] for t in tries),
            min(t[1] for t in tries),
            min(t[3] for t in tries),
        )
        self.add(Row("help", 0, seconds, cpu, mb))

    def embedded(self, size: int) -> None:
        """All rows of one size, on the emulator in the process."""
        folder = self.program(f"mixed{size}", programs.mixed(size))
        local = ["--stack", "local"]
        self.measure("declare", size, ["declare"], folder, self.repeat)
        rows = [
            self.measure("up", size, ["up", "--yes", *local], folder),
            self.measure("preview", size, ["preview", *local], folder, self.repeat),
            self.measure("up, no change", size, ["up", "--yes", *local], folder, self.repeat),
            self.measure("destroy", size, ["destroy", "--yes", *local], folder),
        ]
        if TERRAFORM and size <= 1000:  # noqa: PLR2004  4,000 take it many minutes
            taken = self.terraform(size)
            for row, (seconds, mb) in zip(rows, taken, strict=True):
                row.terraform, row.terraform_mb = seconds, mb

    def terraform(self, size: int) -> list[tuple[float, float]]:
        """Seconds and MB of apply, plan, apply without a change, destroy."""
        folder = self.folder / f"terraform{size}"
        programs.terraform(folder, size)
        timed([str(TERRAFORM), "init", "-no-color"], folder, self.env)
        said = ["-no-color", "-input=false"]
        commands = (
            ["apply", "-auto-approve"],
            ["plan"],
            ["apply", "-auto-approve"],
            ["destroy", "-auto-approve"],
        )
        return [timed([str(TERRAFORM), *c, *said], folder, self.env)[:2] for c in commands]

    def loopback(self, name: str, size: Any, text: str) -> None:
        """The rows that go through a socket, with a delay."""
        with self.server(self.folder / f"dss-{name}") as (url, since):
            folder = self.program(f"loopback-{name}", text, url)
            far = ["--stack", "loopback"]
            for what, command, times in (
                ("up, 20 ms", ["up", "--yes"], 1),
                ("preview, 20 ms", ["preview"], self.repeat),
                ("destroy, 20 ms", ["destroy", "--yes"], 1),
            ):
                since()
                row = self.measure(what, size, [*command, *far], folder, times)
                found = since()
                row.requests, row.writes, row.git = (
                    found["requests"] // times,
                    found["writes"] // times,
                    found["git"],
                )

    @contextlib.contextmanager
    def server(self, folder: Path) -> Iterator[tuple[str, Any]]:
        """A DSS in another process."""
        command = [sys.executable, "-m", "benchmarks.one", "serve", str(folder), str(LATENCY)]
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            asked, told = process.stdin, process.stdout

            def since() -> Any:
                asked.write("\n")
                asked.flush()
                return json.loads(told.readline())

            try:
                yield told.readline().strip(), since
            finally:
                asked.close()
                process.wait(timeout=60)

    # -- what it comes to ----------------------------------------------------------------------

    def growth(self) -> list[str]:
        """How much more CPU 4,000 take than 1,000; the emulator's Git is not in it, nor is what others do."""
        by = {(row.what, row.size): row.cpu for row in self.rows}
        told = []
        for what in dict.fromkeys(row.what for row in self.rows):
            if (what, 1000) in by and (what, 4000) in by:
                ratio = by[what, 4000] / by[what, 1000]
                told.append(
                    f"| {what} | {ratio:.1f} | {GROWTH} {'ok' if ratio <= GROWTH else 'over'} |"
                )
        return told

    def table(self) -> str:
        """All of it, as Markdown."""
        lines = ["| " + " | ".join(HEAD) + " |", "|" + " --- |" * len(HEAD)]
        lines += ["| " + " | ".join(row.cells()) + " |" for row in self.rows]
        if growth := self.growth():
            lines += [
                "",
                "| t(4,000) / t(1,000) | growth | budget |",
                "| --- | --- | --- |",
                *growth,
            ]
        return "\n".join(lines)


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--sizes", default="100,1000,4000", help="how many resources, such as 100,1000"
    )
    parser.add_argument("--quick", action="store_true", help="100 resources, one try each")
    asked = parser.parse_args()
    sizes = [100] if asked.quick else [int(size) for size in asked.sizes.split(",")]
    with tempfile.TemporaryDirectory(prefix="dssdsl-bench-") as folder:
        before = machine()
        bench = Bench(Path(folder), 1 if asked.quick else 3)
        bench.help()
        bench.embedded(9)  # once, so that the byte code is there
        bench.rows = bench.rows[:1]
        for size in sizes:
            bench.embedded(size)
        n = 100 if asked.quick else 1000
        bench.loopback("pairs", f"{n:,} + {n:,}", programs.pairs(n))
        print(bench.table())
        print(f"\nBefore: {before}. After: {machine()}.")
