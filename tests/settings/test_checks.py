from __future__ import annotations

from . import faults


def test_one_run_reports_all_errors_with_their_lines(folder):
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
        ("api_key holds the key itself", "dssdsl.toml:6"),
        ('[stacks.dev] has no key "hots"', "dssdsl.toml:5"),
        ("timeout cannot be 'long'", "dssdsl.toml:7"),
        ('stack "dev" has no host', "dssdsl.toml:4"),
        ("host cannot be 'dss.example.com'", "dssdsl.toml:9"),
        ("store cannot be 's3'", "dssdsl.toml:10"),
        ('stack "prod" has connections and no emulator', "dssdsl.toml:11"),
        ('no file "no.pem"', "dssdsl.toml:12"),
    ]
    assert found[3][2] == 'did you mean "host"?'


def test_no_message_repeats_a_password_in_the_url_of_the_store(folder):
    text = '[stacks.dev]\nhost = "https://x"\nstore = { git = "https://anna:hunter2@git.example.com/s.git" }'

    ((problem, at, fix),) = faults(folder, text)

    assert problem == "the URL of store holds a password"
    assert "dssdsl.toml:3" == at
    assert "hunter2" not in problem + fix


def test_no_message_repeats_a_key_in_the_file(folder):
    assert "abc123" not in str(
        faults(folder, '[stacks.dev]\nhost = "https://x"\napi_key = "abc123"\n')
    )


def test_a_command_in_place_of_the_key_is_refused(folder):
    [(problem, at, fix)] = faults(
        folder, '[stacks.dev]\nhost = "https://x"\napi_key = { command = ["x"] }\n'
    )

    assert problem.startswith("api_key cannot be")
    assert at == "dssdsl.toml:3"
    assert 'api_key = { env = "DSS_KEY" }' in fix


def test_a_syntax_error_has_its_line(folder):
    [(problem, at, _)] = faults(folder, "[stacks.dev]\nhost = \n")

    assert problem == "invalid value"
    assert at == "dssdsl.toml:2"
