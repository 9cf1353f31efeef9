from __future__ import annotations

import pytest

from dssdsl.columns.formulas import columns_in


@pytest.mark.parametrize(
    ("formula", "columns"),
    [
        ("QUANTITY * UNIT_PRICE", ["QUANTITY", "UNIT_PRICE"]),
        ("b + a + b", ["b", "a"]),
        ("val('the cost') + numval(\"n\") + strval('s', '')", ["the cost", "n", "s"]),
        ("val(name)", ["name"]),
        ("substring(Cabin,0,1)", ["Cabin"]),
        ("a.length() + b.c", ["a", "b"]),
        ("'text with a' + \"b's\"", []),
        ("replace(a, /b\\/c/, 'd')", ["a"]),
        ("a / b / c", ["a", "b", "c"]),
        ("variables['x'] + variables.y + a", ["a"]),
        ("${x} + a", ["a"]),
        ("col_${x} + ${x}_col + a", ["a"]),
        ("if(a == null, true, false)", ["a"]),
        ("forEach(items, v, v + a)", ["items", "a"]),
        ("with(a, x, x * x + b)", ["a", "b"]),
        ("forEachIndex(split(a, ','), i, v, i + v)", ["a"]),
        ("forRange(0, n, 1, i, i)", ["n"]),
        ("100_analysis + weather_Sunset%100", ["100_analysis", "weather_Sunset"]),
        ("12 + 1.5", []),
        ("größe > 3 && !leer", ["größe", "leer"]),
        ("val('a' + b)", ["b"]),
        ("rand()", []),
        ("'open", []),
        ("", []),
    ],
)
def test_the_columns_that_a_formula_reads(formula, columns):
    assert columns_in(formula) == columns
