"""
Writes what the code says of itself: pages of the docs, and the registry of classes in the package.

The pages are ``cli.md``, ``resources/`` and parts of ``architecture.md``, ``emulator.md`` and ``start.md``. Run it with ``make docs``. A
test fails if anything is out of date.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
TOP = HERE.parent
sys.path[:0] = [str(HERE), str(TOP)]
from generator import command_line, coverage, reference, registry, rooms, templates  # noqa: E402 - beside this file

import dssdsl  # noqa: E402 - found by the path above


@contextmanager
def a_fixed_day() -> Iterator[None]:
    """Have new triggers start on the same day, whenever the pages are written."""
    triggers = sys.modules[dssdsl.Daily.__module__]
    now, triggers.today = triggers.today, lambda: "2026-01-01"  # type: ignore[attr-defined]
    try:
        yield
    finally:
        triggers.today = now  # type: ignore[attr-defined]


def files() -> dict[str, str]:
    """Every generated file, by its path from the top of the repository."""
    with a_fixed_day():
        pages = {
            "architecture.md": rooms.page(),
            "cli.md": command_line.page(),
            "emulator.md": coverage.emulator_page(),
            "start.md": templates.page(),
            **dict(reference.pages()),
        }
    return formatted({**{f"docs/{path}": text for path, text in pages.items()}, **registry.files()})


def formatted(made: dict[str, str]) -> dict[str, str]:
    """The same files, their Python as ruff sorts and formats it."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for path, text in made.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        ruff = Path(sys.executable).with_name("ruff")
        settings = TOP / "pyproject.toml"
        common = ("--quiet", "--config", settings, folder)
        subprocess.run([ruff, "check", "--select", "I", "--fix", *common], check=True)  # noqa: S603 - our own
        subprocess.run([ruff, "format", *common], check=True)  # noqa: S603 - our own
        return {path: (folder / path).read_text(encoding="utf-8") for path in made}


def write(made: dict[str, str]) -> bool:
    """Write files that differ; return whether any did."""
    changed = False
    for path, text in made.items():
        file = TOP / path
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            changed = True
    return changed


def main() -> None:
    """Write all files; delete the pages of classes that no longer exist."""
    if write(formatted(registry.files())):
        # The pages import classes by their names: begin again with the new ones.
        os.execv(sys.executable, [sys.executable, __file__])  # noqa: S606 - this program
    made = files()
    write(made)
    for old in (HERE / "resources").glob("*.md"):
        if f"docs/resources/{old.name}" not in made:
            old.unlink()
    print(f"{len(made)} files")


if __name__ == "__main__":
    main()
