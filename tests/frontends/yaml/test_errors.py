from __future__ import annotations

import pytest

from .programs import errors

WRONG = {
    "unknown keys have their own line": (
        "project: {key: SALES}\ndatasets:\n  - name: A\n    type: SQL\n    connection: wh\n    table: t\n    database: d\n",
        ('SQLDataset "A" has no field "database"', 7, 'did you mean "catalog"?'),
    ),
    "wrong values have their own line": (
        "project: {key: SALES}\nscenarios:\n  - id: A\n    steps: []\n    triggers:\n      - type: daily\n        at: 2am\n",
        (
            'Daily "2am": at "2am" is not a time of day',
            7,
            'at must be HH:MM, such as "02:00" or "17:30"',
        ),
    ),
    "a missing field has the line of its entry": (
        "project: {key: SALES}\nrecipes:\n  - name: r\n    type: sync\n    inputs: A\n",
        ('SyncRecipe "r" needs "outputs"', 3, None),
    ),
    "a zone that is not declared": (
        "project: {key: SALES}\nzones: [Ingestion]\ndatasets:\n  - {name: A, connection: wh, zone: Ingestoin}\n",
        ('zone names "Ingestoin", which is not declared', 4, 'did you mean "Ingestion"?'),
    ),
    "a dependency that is not declared": (
        "project: {key: SALES}\ndatasets:\n  - {name: A, connection: wh}\n  - name: B\n    connection: wh\n    depends_on: [C]\n",
        ('depends_on names "C", which is not declared', 6, None),
    ),
    "an ambiguous dependency": (
        "project: {key: SALES}\ndatasets:\n  - {name: A, connection: wh}\n  - {name: B, connection: wh, depends_on: A}\nscenarios: [{id: A, steps: []}]\n",
        ('depends_on "A" is ambiguous: dataset A or scenario A', 4, 'write "dataset A"'),
    ),
    "an unknown section": (
        "project: {key: SALES}\ndataset: []\n",
        ('there is no section "dataset"', 2, 'did you mean "datasets"?'),
    ),
    "a section that is not a list": (
        "project: {key: SALES}\ndatasets:\n  A: {connection: wh}\n",
        ("datasets takes a list", 2, "begin each entry with a dash: - name: …"),
    ),
    "a version of the future": (
        'version: "2.0"\nproject: {key: SALES}\n',
        ("unknown version 2.0", 1, 'write version: "1.0"'),
    ),
    "a misspelt type": (
        "project: {key: SALES}\nrecipes:\n  - name: r\n    type: pyhton\n    outputs: A\n",
        ('there is no recipe type "pyhton"', 4, 'did you mean "python"?'),
    ),
    "a misspelt type of dataset": (
        "project: {key: SALES}\ndatasets:\n  - {name: A, type: Filesytem, connection: wh, path: /x}\n",
        ('there is no dataset type "Filesytem"', 3, 'did you mean "filesystem"?'),
    ),
    "a step without a type": (
        "project: {key: SALES}\nscenarios:\n  - id: A\n    steps:\n      - {items: X}\n",
        ('step without "type"', 5, None),
    ),
    "a dimension without a type": (
        "project: {key: SALES}\ndatasets:\n  - {name: A, connection: wh, partitioning: {name: day}}\n",
        ('partitioning without "type"', 3, "add one of time, value, or a type of DSS"),
    ),
    "a secret in the file": (
        "project: {key: SALES}\nscenarios:\n  - id: A\n    steps: []\n    reporters:\n      - message: {type: slack, text: x, webhook: https://h}\n",
        (
            "webhook is a secret in plain text",
            6,
            'write webhook: {env: "VARIABLE"}, and set that variable where you deploy',
        ),
    ),
    "a number for a string": (
        "project: {key: SALES}\ndatasets:\n  - {name: A, connection: wh, description: 12}\n",
        ("description takes a string, and 12 is a number", 3, 'put it in quotes: "12"'),
    ),
    "a missing file": (
        "project: {key: SALES}\nrecipes:\n  - name: r\n    type: python\n    outputs: A\n    code_file: no.py\n",
        ('no file "no.py" in the program’s folder', 6, None),
    ),
    "code and a file": (
        "project: {key: SALES}\nrecipes:\n  - name: r\n    type: python\n    outputs: A\n    code: x\n    code_file: project.yaml\n",
        ("code and code_file are both set", 7, "keep one of them"),
    ),
    "an unknown config value": (
        'project: {key: SALES}\ndatasets:\n  - name: A\n    connection: "${config.no}"\n',
        ('stack "local" has no config "no"', 4, None),
    ),
    "an unknown variable of the stack": (
        'project: {key: SALES, name: "${stack.nam}"}\n',
        ("there is no ${stack.nam}", 1, "did you mean ${stack.name}?"),
    ),
    "an unset environment variable": (
        'project: {key: SALES, name: "${env.DSSDSL_NOT}"}\n',
        ('the environment variable "DSSDSL_NOT" is not set', 1, None),
    ),
    "a key that occurs twice": (
        "project: {key: SALES}\ndatasets: []\nproject: {key: B}\n",
        ('"project" occurs twice, at line 1 and at line 3', 3, "keep one of them"),
    ),
    "a name that occurs twice": (
        "project: {key: SALES}\ndatasets:\n  - {name: A, connection: wh}\n  - {name: A, connection: wh}\n",
        ("dataset A is declared twice, at project.yaml:3 and at project.yaml:4", 4, None),
    ),
    "a tag": (
        "project: {key: SALES, name: !env X}\n",
        ("unknown YAML tag !env", 1, "write the value without a tag"),
    ),
    "no project": (
        "datasets: []\n",
        ("the program declares no project", 1, "write project: {key: SALES} first"),
    ),
    "broken YAML": ("project: {key: SALES\nb: 2\n", (None, 2, None)),
    "tabs": ("project:\n\tkey: SALES\n", (None, 2, "indent with spaces: YAML allows no tabs")),
    "not a mapping": (
        "- a\n",
        ("a program must be a mapping", 1, "begin with project: {key: SALES}"),
    ),
    "a cycle": (
        "project: {key: SALES}\ndatasets: [{name: A, connection: wh}]\nrecipes: [{name: r, type: sync, inputs: A, outputs: A}]\n",
        ("resources need each other: dataset A → recipe r → dataset A", 3, None),
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_an_error_has_the_line_of_its_cause(case, write):
    text, (problem, line, fix) = WRONG[case]

    found = errors(write(text))

    assert [
        f
        for f in found
        if (problem in (None, f[0])) and f[1] == f"project.yaml:{line}" and fix in (None, f[2])
    ], found


def test_an_empty_file_declares_no_project(write):
    assert errors(write(""))[0][0] == "the program declares no project"


def test_all_errors_are_reported_together(write):
    found = errors(
        write("""
        project: {key: SALES}
        zone: []
        datasets:
          - {name: A, conection: wh}
          - {name: B, connection: wh, zone: Z}
    """)
    )

    assert [at for _, at, _ in found] == ["project.yaml:3", "project.yaml:5", "project.yaml:6"]


def test_broken_json_has_the_line_of_the_error(write):
    assert (
        errors(write('{\n"project": {"key": "SALES"},\n}\n', "project.json"))[0][1]
        == "project.json:3"
    )
