from __future__ import annotations

from pathlib import Path

import pytest

from dssdsl import settings
from dssdsl.errors import DssdslError

TWO = """
[defaults]
config = { env_label = "dev", threads = 2, countries = ["FR", "DE"] }
timeout = 30

[stacks.dev]
host = "https://dss-dev.example.com/"
api_key = { env = "DSS_DEV_KEY" }
project_key_suffix = "_DEV"
owner = "svc"

[stacks.prod]
host = "https://dss.example.com"
config = { env_label = "prod", ratio = 0.5, nightly = false }
store = "local"
parallel = 2
insecure = true
"""


def write(folder: Path, text: str) -> Path:
    (folder / "dssdsl.toml").write_text(text)
    return folder / "project.py"


def faults(folder: Path, text: str, stack: str | None = None) -> list[tuple[str, str, str | None]]:
    with pytest.raises(DssdslError) as caught:
        settings.load(write(folder, text), stack)
    assert caught.value.exit_code == 2
    return [(e.problem, (e.at or "").rpartition("/")[2], e.fix) for e in caught.value.each()]
