from __future__ import annotations

import re
from pathlib import Path

from dssdsl.settings import keys
from dssdsl.settings.file import SettingsFile


def test_the_settings_page_documents_every_key_with_valid_examples(folder):
    page = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")

    rows = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    assert {*keys.STACK, *keys.TOP} == rows
    for example in re.findall(r"```toml\n(.*?)```", page, re.DOTALL):
        for name in re.findall(r"^ca_bundle = (.*)$", example, re.MULTILINE):
            (folder / name.strip('"')).touch()
        path = folder / "dssdsl.toml"
        path.write_text(example, encoding="utf-8")
        SettingsFile.read(path)
