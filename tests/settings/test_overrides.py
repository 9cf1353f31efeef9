from __future__ import annotations

import pytest

from dssdsl import settings
from dssdsl.errors import ProgramError

from . import TWO, write


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
def test_an_override_takes_the_type_of_the_value_that_it_replaces(folder, name, text, value):
    found = settings.load(write(folder, TWO), "prod", {name: text}).config[name]

    assert (found, type(found)) == (value, type(value))


def test_an_override_of_another_type_is_refused(folder):
    with pytest.raises(ProgramError, match='config "threads" is 2'):
        settings.load(write(folder, TWO), "prod", {"threads": "many"})


def test_the_names_that_only_overrides_set_are_known(folder):
    found = settings.load(write(folder, TWO), "prod", {"new": "1", "threads": "4"})

    assert found.added == {"new"}
    assert settings.target(found).added == {"new"}
