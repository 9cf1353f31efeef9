from __future__ import annotations

import re
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("key", [*keys.STACK, *keys.TOP])
@pytest.mark.parametrize(
    "nothing", ["", " ", [""], {"": ""}, {"a": " "}, {"env": " "}, {"data": ""}]
)
def test_no_key_takes_an_empty_text(key, nothing):
    takes, _ = {**keys.STACK, **keys.TOP}[key]
    own = {"config": dict, "defaults": dict}
    suffix = key == "project_key_suffix" and nothing == ""

    assert not takes(nothing) or suffix or isinstance(nothing, own.get(key, ()))


@pytest.mark.parametrize(
    "host",
    [
        "http://[::1",
        "http://host:99999",
        "http://host:0",
        "http://host:abc",
        "https://dss.example.com:",
        "https://",
        "https://.example.com",
        "https://dss..example.com",
        "https://-dss.example.com",
        "https://dss%41",
        f"https://{'a' * 64}.example.com",
        "https://ann@dss.example.com",
        "https://dss.example.com/projects/SALES",
        "ftp://dss.example.com",
    ],
)
def test_a_host_that_cannot_exist_is_refused(host):
    assert not keys.STACK["host"][0](host)


@pytest.mark.parametrize(
    "host",
    [
        "https://dss.example.com",
        "HTTPS://DSS.example.com/",
        "http://localhost:11200",
        "http://[::1]:80/",
        "http://127.0.0.1:1",
        "https://example.com/dss",
        "http://dss_dev",
        "https://münchen.example",
    ],
)
def test_a_host_that_can_exist_passes(host):
    assert keys.STACK["host"][0](host)
