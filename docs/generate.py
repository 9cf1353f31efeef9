"""
Writes ``cli.md``, ``resources/`` and a part of ``emulator.md``: what the code says of itself, in Markdown.

Run it with ``make docs``. A test fails if the pages are out of date.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
from generator import command_line, coverage, reference  # noqa: E402 - beside this file

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


def pages() -> dict[str, str]:
    """Every generated page, by its path below this folder."""
    with a_fixed_day():
        made = {
            "cli.md": command_line.page(),
            "emulator.md": coverage.emulator_page(),
            **dict(reference.pages()),
        }
    return formatted(made)


def formatted(made: dict[str, str]) -> dict[str, str]:
    """The same pages, their Python as ruff formats it."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for path, text in made.items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        ruff = Path(sys.executable).with_name("ruff")
        settings = HERE.parent / "pyproject.toml"
        subprocess.run([ruff, "format", "--quiet", "--config", settings, folder], check=True)  # noqa: S603 - our own
        return {path: (folder / path).read_text(encoding="utf-8") for path in made}


def main() -> None:
    """Write all pages; delete those of classes that no longer exist."""
    made = pages()
    for path, text in made.items():
        (HERE / path).parent.mkdir(exist_ok=True)
        (HERE / path).write_text(text, encoding="utf-8")
    for old in (HERE / "resources").glob("*.md"):
        if f"resources/{old.name}" not in made:
            old.unlink()
    print(f"{len(made)} pages")


if __name__ == "__main__":
    main()
