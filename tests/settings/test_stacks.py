from __future__ import annotations

import subprocess
import sys

import pytest

from dssdsl import settings
from dssdsl.errors import ProgramError

from . import TWO, faults, write


def test_without_a_toml_the_stack_is_the_emulator(folder):
    found = settings.load(folder / "project.py")

    assert (found.name, found.host, found.source, found.explicit) == (
        "local",
        "http://emulator",
        None,
        False,
    )
    assert found.emulator.data == folder / ".dssdsl/emulator"
    assert set(found.emulator.connections) == {"filesystem_managed", "filesystem_folders"}
    assert found.key()
    assert found.store == "dss"


def test_a_stack_overrides_the_defaults(folder, monkeypatch):
    program = write(folder, TWO)
    monkeypatch.setenv("DSS_DEV_KEY", "s3cret")

    dev, prod = settings.load(program, "dev"), settings.load(program, "prod")

    assert dev.host == "https://dss-dev.example.com"
    assert (dev.suffix, dev.owner, dev.store, dev.timeout, dev.parallel) == (
        "_DEV",
        "svc",
        "dss",
        30,
        8,
    )
    assert dev.config == {"env_label": "dev", "threads": 2, "countries": ["FR", "DE"]}
    assert dev.key() == "s3cret"
    assert "s3cret" not in repr(dev)
    assert (prod.config["env_label"], prod.config["threads"]) == ("prod", 2)
    assert (prod.verify, prod.store, prod.parallel, prod.emulator) == (False, "local", 2, None)


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("", ".dssdsl/journal"),
        ('journal = "logs/of deployments"', "logs/of deployments"),
        ('journal = "../logs"', "../logs"),
        ('journal = "/var/logs"', "/var/logs"),
    ],
)
def test_the_journal_is_relative_to_the_toml(folder, monkeypatch, line, place):
    write(folder, f"[stacks.local]\nemulator = true\n{line}\n")
    program = folder / "programs" / "sales" / "project.py"
    program.parent.mkdir(parents=True)
    monkeypatch.chdir(program.parent)

    assert settings.load(program).journals == folder / place


def test_the_target_has_what_a_program_can_read(folder):
    found = settings.target(settings.load(write(folder, TWO), "dev"))

    assert (found.name, found.host, found.suffix, found.owner) == (
        "dev",
        "https://dss-dev.example.com",
        "_DEV",
        "svc",
    )


def test_a_missing_key_is_reported_when_it_is_needed(folder, monkeypatch):
    monkeypatch.delenv("DSS_DEV_KEY", raising=False)
    dev, prod = (settings.load(write(folder, TWO), name) for name in ("dev", "prod"))

    with pytest.raises(ProgramError, match='"DSS_DEV_KEY"'):
        dev.key()
    with pytest.raises(ProgramError, match="has no api_key") as caught:
        prod.key()
    assert 'api_key = { env = "DSS_PROD_KEY" }' in caught.value.fix


@pytest.mark.parametrize(
    ("text", "flag", "environment", "name"),
    [
        (TWO, "prod", "dev", "prod"),
        (TWO, None, "prod", "prod"),
        ('default_stack = "prod"\n' + TWO, None, None, "prod"),
        ('[stacks.dev]\nhost = "https://x"\n', None, None, "dev"),
        ("[stacks.local]\nemulator = true\n" + TWO, None, None, "local"),
        (TWO, "local", None, "local"),
        ("", None, None, "local"),
    ],
)
def test_the_stack_is_chosen(folder, monkeypatch, text, flag, environment, name):
    if environment:
        monkeypatch.setenv("DSSDSL_STACK", environment)

    assert settings.load(write(folder, text), flag).name == name


def test_an_ambiguous_choice_lists_the_stacks(folder):
    [(problem, _, fix)] = faults(folder, TWO)

    assert problem == "no stack chosen: dev, prod, or local for the emulator"
    assert "--stack dev" in fix


def test_an_unknown_stack_suggests_a_similar_one(folder):
    assert faults(folder, TWO, "prd") == [
        ('there is no stack "prd"', "dssdsl.toml", 'did you mean "prod"?')
    ]


def test_an_unknown_stack_without_a_toml_says_where_to_add_it(folder):
    with pytest.raises(ProgramError) as caught:
        settings.load(folder / "project.py", "prod")

    assert "[stacks.prod]" in caught.value.fix


def test_the_stack_local_always_exists_and_takes_the_defaults(folder):
    text = (
        '[defaults]\nhost = "https://x"\nconfig = { a = 1 }\nconnections = { warehouse = "Snowflake" }\n'
        + TWO.partition("[stacks")[1]
        + TWO.partition("[stacks")[2]
    )

    found = settings.load(write(folder, text), "local")

    assert found.host == "http://emulator"
    assert found.config == {"a": 1}
    assert found.emulator.connections["warehouse"] == "Snowflake"


def test_the_toml_describes_the_emulator(folder):
    text = """
[stacks.local]
emulator = { data = "there" }
connections = { warehouse = "Snowflake" }
code_envs = ["py311"]
users = ["alice"]
[stacks.second]
emulator = true
"""
    first, second = (
        settings.load(write(folder, text), name).emulator for name in ("local", "second")
    )

    assert (first.data, first.code_envs, first.users) == (folder / "there", ("py311",), ("alice",))
    assert first.connections["warehouse"] == "Snowflake"
    assert second.data == folder / ".dssdsl/emulator-second"


def test_the_toml_is_found_above_up_to_the_repository(folder):
    write(folder, TWO)
    inner, other = folder / "a/b", folder / "c"
    inner.mkdir(parents=True)
    (other / ".git").mkdir(parents=True)

    assert settings.load(inner / "project.py", "dev").source == folder / "dssdsl.toml"
    assert settings.load(inner, "dev").folder == folder
    assert settings.load(other / "project.py").source is None


def test_a_ca_bundle_is_relative_to_the_toml(folder):
    (folder / "ca.pem").write_text("x")

    found = settings.load(write(folder, '[stacks.dev]\nhost = "https://x"\nca_bundle = "ca.pem"\n'))

    assert found.verify == str(folder / "ca.pem")


def test_the_default_program(folder):
    with pytest.raises(ProgramError, match="no program in"):
        settings.default_program(folder)
    (folder / "project.yaml").write_text("")
    assert settings.default_program(folder) == folder / "project.yaml"
    (folder / "project.py").write_text("")
    assert settings.default_program(folder) == folder / "project.py"
    write(folder, 'program = "flows/main.py"\n')
    assert settings.default_program(folder) == folder / "flows/main.py"


def test_settings_load_neither_pydantic_nor_requests():
    code = "import sys, dssdsl.settings; print([m for m in ('pydantic', 'requests', 'ruamel.yaml') if m in sys.modules])"

    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert out.stdout.strip() == "[]"
