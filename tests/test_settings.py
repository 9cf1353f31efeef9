from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from dssdsl import settings
from dssdsl.errors import DssdslError, ProgramError


@pytest.fixture(autouse=True)
def no_stack_in_the_environment(monkeypatch):
    monkeypatch.delenv("DSSDSL_STACK", raising=False)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / ".git").mkdir()  # so that no toml above is found
    return tmp_path


def write(folder: Path, text: str) -> Path:
    (folder / "dssdsl.toml").write_text(text)
    return folder / "project.py"


def faults(folder: Path, text: str, stack: str | None = None) -> list[tuple[str, str, str | None]]:
    with pytest.raises(DssdslError) as caught:
        settings.load(write(folder, text), stack)
    assert caught.value.exit_code == 2
    return [(e.problem, (e.at or "").rpartition("/")[2], e.fix) for e in caught.value.each()]


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


def test_without_a_toml_there_is_the_emulator(folder):
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


def test_a_stack_has_its_own_values_over_the_defaults(folder, monkeypatch):
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


def test_a_target_knows_what_a_program_may_know(folder):
    found = settings.target(settings.load(write(folder, TWO), "dev"))

    assert (found.name, found.host, found.suffix, found.owner) == (
        "dev",
        "https://dss-dev.example.com",
        "_DEV",
        "svc",
    )


def test_a_missing_key_is_told_when_it_is_needed(folder, monkeypatch):
    monkeypatch.delenv("DSS_DEV_KEY", raising=False)
    dev, prod = (settings.load(write(folder, TWO), name) for name in ("dev", "prod"))

    with pytest.raises(ProgramError, match='"DSS_DEV_KEY"'):
        dev.key()
    with pytest.raises(ProgramError, match="does not say where its API key is") as caught:
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


def test_an_unclear_choice_names_the_stacks(folder):
    [(problem, _, fix)] = faults(folder, TWO)

    assert problem == "which stack: dev, prod, or local for the emulator"
    assert "--stack dev" in fix


def test_an_unknown_stack_gets_the_near_one(folder):
    assert faults(folder, TWO, "prd") == [
        ('there is no stack "prd"', "dssdsl.toml", 'did you mean "prod"?')
    ]


def test_an_unknown_stack_without_a_toml_says_where_stacks_are_written(folder):
    with pytest.raises(ProgramError) as caught:
        settings.load(folder / "project.py", "prod")

    assert "[stacks.prod]" in caught.value.fix


def test_local_is_always_there_and_takes_the_defaults(folder):
    text = (
        '[defaults]\nhost = "https://x"\nconfig = { a = 1 }\nconnections = { warehouse = "Snowflake" }\n'
        + TWO.partition("[stacks")[1]
        + TWO.partition("[stacks")[2]
    )

    found = settings.load(write(folder, text), "local")

    assert found.host == "http://emulator"
    assert found.config == {"a": 1}
    assert found.emulator.connections["warehouse"] == "Snowflake"


def test_an_emulator_is_described(folder):
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


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("nightly", "true", True),
        ("threads", "8", 8),
        ("ratio", "1", 1.0),
        ("env_label", "7", "7"),
        ("countries", "IT,ES", ["IT", "ES"]),
        ("countries", '["IT"]', ["IT"]),
        ("new", "true", True),
        ("new", "snow", "snow"),
        ("new", "2026-01-01", "2026-01-01"),
    ],
)
def test_an_override_is_typed_as_what_it_replaces(folder, name, text, value):
    found = settings.load(write(folder, TWO), "prod", {name: text}).config[name]

    assert (found, type(found)) == (value, type(value))


def test_an_override_of_another_type_is_refused(folder):
    with pytest.raises(ProgramError, match='config "threads" is 2'):
        settings.load(write(folder, TWO), "prod", {"threads": "many"})


def test_all_faults_are_told_at_once_with_their_lines(folder):
    text = """defaultstack = "dev"
[defaults]
config = { day = 2026-01-01 }
[stacks.dev]
hots = "https://x"
api_key = "abc"
timeout = "long"
[stacks.prod]
host = "dss.example.com"
store = "s3"
connections = { a = "b" }
ca_bundle = "no.pem"
"""
    found = faults(folder, text)

    assert [(problem, at) for problem, at, _ in found] == [
        ('dssdsl.toml has no key "defaultstack"', "dssdsl.toml:1"),
        ('config "day" is a date or a mixed list', "dssdsl.toml:3"),
        ("an API key does not belong into a file that others read", "dssdsl.toml:6"),
        ('[stacks.dev] has no key "hots"', "dssdsl.toml:5"),
        ("timeout cannot be 'long'", "dssdsl.toml:7"),
        ('stack "dev" has no host', "dssdsl.toml:4"),
        ("host cannot be 'dss.example.com'", "dssdsl.toml:9"),
        ("store cannot be 's3'", "dssdsl.toml:10"),
        ('connections of stack "prod" belong to an emulator, and it has none', "dssdsl.toml:11"),
        ('no file "no.pem"', "dssdsl.toml:12"),
    ]
    assert found[3][2] == 'did you mean "host"?'


def test_a_password_in_the_address_of_the_state_is_not_repeated(folder):
    text = '[stacks.dev]\nhost = "https://x"\nstore = { git = "https://anna:hunter2@git.example.com/s.git" }'

    ((problem, at, fix),) = faults(folder, text)

    assert "a password does not belong" in problem
    assert "dssdsl.toml:3" == at
    assert "hunter2" not in problem + fix


def test_the_page_of_settings_has_every_key_and_its_examples_are_right(folder):
    page = (Path(__file__).parents[1] / "docs" / "settings.md").read_text(encoding="utf-8")

    rows = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    assert {*settings.KEYS, *settings.TOP} == rows
    for example in re.findall(r"```toml\n(.*?)```", page, re.DOTALL):
        for name in re.findall(r"^ca_bundle = (.*)$", example, re.MULTILINE):
            (folder / name.strip('"')).touch()
        path = folder / "dssdsl.toml"
        path.write_text(example, encoding="utf-8")
        settings.Toml.read(path)


def test_a_literal_key_is_not_repeated(folder):
    assert "abc123" not in str(
        faults(folder, '[stacks.dev]\nhost = "https://x"\napi_key = "abc123"\n')
    )


def test_a_command_for_the_key_is_refused(folder):
    [(problem, at, fix)] = faults(
        folder, '[stacks.dev]\nhost = "https://x"\napi_key = { command = ["x"] }\n'
    )

    assert problem.startswith("api_key cannot be")
    assert at == "dssdsl.toml:3"
    assert 'api_key = { env = "DSS_KEY" }' in fix


def test_broken_toml_is_told_with_its_line(folder):
    [(problem, at, _)] = faults(folder, "[stacks.dev]\nhost = \n")

    assert problem == "invalid value"
    assert at == "dssdsl.toml:2"


def test_the_default_program(folder):
    with pytest.raises(ProgramError, match="no program in"):
        settings.default_program(folder)
    (folder / "project.yaml").write_text("")
    assert settings.default_program(folder) == folder / "project.yaml"
    (folder / "project.py").write_text("")
    assert settings.default_program(folder) == folder / "project.py"
    write(folder, 'program = "flows/main.py"\n')
    assert settings.default_program(folder) == folder / "flows/main.py"


def test_stacks_are_listed(folder):
    write(folder, TWO)

    assert settings.stacks(folder) == ("dev", "prod", "local")


def test_settings_load_neither_pydantic_nor_requests():
    code = "import sys, dssdsl.settings; print([m for m in ('pydantic', 'requests', 'ruamel.yaml') if m in sys.modules])"

    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert out.stdout.strip() == "[]"
