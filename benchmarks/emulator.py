"""
Measures the emulator in this process, with the genuine client, and prints a table.

The seconds of a row are the median of its tries, so that others on the machine count little.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from dssdsl.emulator import Emulator

GET, WRITE, LIST, START = "get", "write with its commit", "list", "start with 10 projects"
BUDGETS = {(GET, 1000): 1.0, (WRITE, 1000): 5.0, (LIST, 1000): 50.0, (START, 1000): 1000.0}
"""Milliseconds."""
COMMITS = 200
"""Writes of a row: as many commits in one queue."""


@dataclass(frozen=True)
class Row:
    """One measurement, in milliseconds."""

    what: str
    size: int
    took: float

    def cells(self) -> list[str]:
        """What the table shows of it."""
        limit = BUDGETS.get((self.what, self.size))
        budget = "" if limit is None else f"{limit:g} ms {'ok' if self.took <= limit else 'over'}"
        return [self.what, f"{self.size:,}", f"{self.took:.2f} ms", budget]


def median(tries: int, act: Callable[[], Any]) -> float:
    """Return the milliseconds that something takes, of some tries the median."""
    taken = []
    for _ in range(tries):
        begun = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def project(folder: Path, size: int) -> Path:
    """Write a project of so many datasets in DSS's layout, and return its folder."""
    (folder / "datasets").mkdir(parents=True)
    (folder / "params.json").write_text(json.dumps({"name": "Many", "owner": "admin"}))
    columns = [{"name": f"c{n}", "type": "string"} for n in range(8)]
    for number in range(size):
        dataset = {
            "type": "Filesystem",
            "managed": True,
            "params": {"connection": "filesystem_managed", "path": f"${{projectKey}}/d{number}"},
            "schema": {"columns": columns, "userModified": False},
        }
        (folder / "datasets" / f"d{number}.json").write_text(json.dumps(dataset, indent=2))
    return folder


def client(dss: Emulator) -> Any:
    """Return the genuine client on an emulator, without a socket."""
    from dataikuapi import DSSClient

    from dssdsl.emulator import InProcess

    made = DSSClient("http://dss", "emulator")
    made._session.mount("http://dss", InProcess(dss))
    # As ours has it: each look at the environment takes longer than an answer.
    made._session.trust_env = False
    return made


def requests(folder: Path, size: int, tries: int) -> list[Row]:
    """Measure what one project of a size is asked."""
    from dssdsl.emulator import Emulator

    with Emulator(folder / f"root{size}") as dss:
        dss.load(project(folder / f"many{size}", size), "MANY")
        many = client(dss).get_project("MANY")
        middle = many.get_dataset(f"d{size // 2}")
        middle.get_schema()  # the first look opens the project
        got = median(50 * tries, middle.get_schema)
        listed = median(tries, many.list_datasets)
        schema = middle.get_schema()
        dss.project_folder("MANY")
        begun = time.perf_counter()
        for number in range(COMMITS):
            schema["columns"][0]["comment"] = str(number)
            middle.set_schema(schema)
        dss.project_folder("MANY")  # all that is queued is in Git now
        wrote = (time.perf_counter() - begun) * 1000 / COMMITS
    return [Row(GET, size, got), Row(WRITE, size, wrote), Row(LIST, size, listed)]


def start(folder: Path, size: int, tries: int) -> Row:
    """Measure a start on ten projects of a size, until each has told its datasets' names."""
    from dssdsl.emulator import Emulator

    root = folder / f"ten{size}"
    source = project(folder / f"source{size}", size)
    keys = [f"P{number}" for number in range(10)]
    with Emulator(root) as dss:
        dss.load(source, keys[0])
        subprocess.run(["git", "gc", "--quiet"], cwd=dss.project_folder(keys[0]), check=True)
        for key in keys[1:]:
            dss.load(root / "projects" / keys[0], key)

    def begin() -> None:
        with Emulator(root) as dss:
            found = client(dss)
            for key in keys:
                found.get_project(key).get_dataset("d0").get_schema()

    begin()
    taken = median(min(tries, 3), begin)
    shutil.rmtree(root)
    return Row(START, size, taken)


def growth(rows: list[Row]) -> list[str]:
    """How much longer it takes with the most objects than with a quarter of them."""
    by = {(row.what, row.size): row.took for row in rows}
    sizes = sorted({row.size for row in rows})
    return [
        f"| {what} | "
        + " | ".join(f"{by[what, b] / by[what, a]:.1f}" for a, b in itertools.pairwise(sizes))
        + " |"
        for what in (GET, WRITE, LIST, START)
    ]


def table(rows: list[Row]) -> str:
    """All of it, as Markdown."""
    lines = ["| what | objects | takes | budget |", "| --- | --- | --- | --- |"]
    lines += ["| " + " | ".join(row.cells()) + " |" for row in rows]
    sizes = sorted({row.size for row in rows})
    if len(sizes) > 1:
        pairs = [f"t({b:,}) / t({a:,})" for a, b in itertools.pairwise(sizes)]
        lines += ["", "| growth | " + " | ".join(pairs) + " |", "| --- |" + " --- |" * len(pairs)]
        lines += growth(rows)
    return "\n".join(lines)


def main(args: list[str]) -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks emulator", description=__doc__)
    parser.add_argument("--sizes", default="100,1000,4000", help="objects, such as 100,1000")
    parser.add_argument("--tries", type=int, default=7, help="how often each is measured")
    asked = parser.parse_args(args)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="dssdsl-bench-") as folder:
        for size in map(int, asked.sizes.split(",")):
            found = [
                *requests(Path(folder), size, asked.tries),
                start(Path(folder), size, asked.tries),
            ]
            rows += found
            for row in found:
                print("  ".join(row.cells()), file=sys.stderr, flush=True)
    print(table(rows))
    print(f"\n{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}.")
