from __future__ import annotations

import pytest

from dssdsl.resources.recipes.formulas import sql_in


@pytest.mark.parametrize(
    ("formula", "hint"),
    [
        ("amount > 0 AND country = 'FR'", "&& for AND, == for ="),
        ("a IS NULL", "isBlank(x) for IS NULL"),
        ("a IS NOT NULL", "isNonBlank(x) for IS NOT NULL"),
        ("a <> b", "!= for <>"),
        ("a > 1 or b > 2", "|| for OR"),
        ("amount >= 0 && country == 'A AND B = C'", None),
        ('if(isBlank(x), "<>", replace(y, /a=b/, ""))', None),
        ("and(a > 1, b != 2)", None),
        ("or == 1 || band <= 3", None),
        ("ORDER_AND_MORE * 2", None),
    ],
)
def test_words_of_sql_in_a_formula(formula, hint):
    """
    Words of SQL are found outside quotes, and told in DSS's own.
    """
    assert sql_in(formula) == hint
