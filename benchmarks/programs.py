"""Programs of any size, for dssdsl and for Terraform."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
from dssdsl import Agg, Dataset, GroupingRecipe, Project, PythonRecipe, SQLDataset

Project("BENCH", name="Benchmark")
COLUMNS = {"id": "bigint", "day": "date", "country": "string", "amount": "double"}
"""

MIXED = """
for n in range(%d):
    raw = SQLDataset(f"RAW_{n}", connection="warehouse", schema="RAW", table=f"T{n}", columns=COLUMNS)
    out = Dataset(f"OUT_{n}", connection="filesystem_managed", columns={"day": "date", "amount_sum": "double"})
    if n %% 2:
        PythonRecipe(f"make_{n}", inputs=raw, outputs=out, code=f"# {n}\\nimport dataiku\\n" + "print('row')\\n" * 20)
    else:
        GroupingRecipe(f"make_{n}", inputs=raw, outputs=out, keys="day", aggregations=[Agg("amount", sum=True)])
for n in range(%d):
    SQLDataset(f"MORE_{n}", connection="warehouse", schema="MORE", table=f"M{n}", columns=COLUMNS)
"""
"""Thirds: sources, outputs, and the recipes between them, code and visual by turns."""

PAIRS = """
last = SQLDataset("RAW", connection="warehouse", schema="RAW", table="RAW", columns=COLUMNS)
for n in range(%d):
    out = Dataset(f"OUT_{n}", connection="filesystem_managed", columns=COLUMNS)
    PythonRecipe(f"make_{n}", inputs=last if n %% 10 else "RAW", outputs=out, code=f"# {n}\\nimport dataiku\\n" + "print('row')\\n" * 20)
    last = out
"""
"""A recipe for each dataset, in chains of ten."""

LOCAL = """\
[stacks.local]
emulator = true
connections = { warehouse = "Snowflake" }
"""

LOOPBACK = """
[stacks.loopback]
host = "%s"
api_key = { env = "DSS_KEY" }
"""

TERRAFORM = """\
resource "terraform_data" "raw_%d" {
  input = { connection = "warehouse", schema = "RAW", table = "T%d", columns = ["id", "day", "country", "amount"] }
}
resource "terraform_data" "out_%d" {
  input = { connection = "filesystem_managed", columns = ["day", "amount_sum"] }
}
resource "terraform_data" "make_%d" {
  input = { input = terraform_data.raw_%d.id, output = terraform_data.out_%d.id, code = "import dataiku" }
}
"""


def mixed(size: int) -> str:
    """A program of *size* resources beside the project: datasets, and recipes of which half are visual."""
    return HEAD + MIXED % divmod(size, 3)


def pairs(size: int) -> str:
    """A program of *size* recipes and as many datasets they write."""
    return HEAD + PAIRS % size


def settings(url: str) -> str:
    """The stacks: one in the process, and one on *url* if there is one."""
    return LOCAL + (LOOPBACK % url if url else "")


def terraform(folder: Path, size: int) -> None:
    """Write *size* resources of Terraform's own, in the shape of `mixed`."""
    folder.mkdir(parents=True, exist_ok=True)
    blocks = [TERRAFORM % ((n,) * 6) for n in range(size // 3)]
    more = [f'resource "terraform_data" "more_{n}" {{ input = "m{n}" }}\n' for n in range(size % 3)]
    (folder / "main.tf").write_text("".join([*blocks, *more]), encoding="utf-8")
