"""JSON as Gson writes it."""

from __future__ import annotations

import pytest

from dssdsl.emulator.project import dss_json


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, "{}"),
        ([], "[]"),
        ({"a": [], "b": {}}, '{\n  "a": [],\n  "b": {}\n}'),
        ("a<b>&'c'=\"d\"", '"a\\u003cb\\u003e\\u0026\\u0027c\\u0027\\u003d\\"d\\""'),
        ("é\n\x02\u2028", '"é\\n\\u0002\\u2028"'),
        (1.0, "1.0"),
        (12345678.0, "1.2345678E7"),
        (0.0002, "2.0E-4"),
        (-1e22, "-1.0E22"),
        (0.0, "0.0"),
        (1697473568482, "1697473568482"),
        ([True, None], "[\n  true,\n  null\n]"),
    ],
)
def test_values(value, text):
    assert dss_json.dumps(value) == text


def test_columns_are_written_on_one_line():
    columns = [
        {"name": "a", "type": "string"},
        {"name": "m", "type": "map", "mapKeys": {"type": "string"}, "mapValues": {"type": "int"}},
    ]
    text = dss_json.dumps({"columns": columns}, compact_columns=True)
    assert text == (
        '{\n  "columns": [\n    {"name":"a","type":"string"},\n'
        '    {"name":"m","type":"map","mapKeys":{"type":"string"},\n'
        '      "mapValues": {"type":"int"}\n    }\n  ]\n}'
    )
