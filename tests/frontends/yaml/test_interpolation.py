from __future__ import annotations

import pytest

from dssdsl import frontends
from dssdsl.frontends.yaml import interpolation
from dssdsl.lang.program import Program, Target

from .programs import load


def test_interpolation_fills_in_config_stack_project_and_environment(write):
    text = """
        project: {key: SALES}
        exports:
          flag: "${config.nightly}"
          list: "${config.countries}"
          inside: "on ${config.warehouse} with ${config.threads} (${config.nightly})"
          default: "${config.none:false}"
          words: "${config.none:a b} ${config.none:}"
          stack: "${stack.name} ${stack.host}"
          project: "${project.key} ${project.url}"
          env: "${env.DSSDSL_TEST} ${env.DSSDSL_NOT:-}"
          theirs: "${min_date} ${projectKey} ${tbl:ORDERS} ${configuration}"
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DSSDSL_TEST", "here")
        found = load(write(text), name="dev", host="http://d", suffix="_X").exports

    assert found == {
        "flag": True,
        "list": ["FR"],
        "inside": "on wh with 4 (true)",
        "default": False,
        "words": "a b ",
        "stack": "dev http://d",
        "project": "SALES_X http://d/projects/SALES_X/",
        "env": "here -",
        "theirs": "${min_date} ${projectKey} ${tbl:ORDERS} ${configuration}",
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("3", 3),
        ("0.5", 0.5),
        ("a b", "a b"),
        ("", None),
        ('"3"', "3"),
        ("null", None),
    ],
)
def test_defaults_are_read_as_yaml(text, value):
    assert interpolation.fill(f"${{config.none:{text}}}", Program()) == value


def test_a_variable_without_a_prefix_is_a_config_value_where_text_is_not_allowed(write):
    text = 'project: {key: SALES}\nscenarios:\n  - {id: A, steps: [], active: "${nightly:false}"}\n'
    path = write(text)

    program, _ = frontends.load(path, Target(config={"nightly": True}))
    other, _ = frontends.load(path, Target())

    assert program.keys["SALES/scenario/A"].active is True
    assert other.keys["SALES/scenario/A"].active is False
