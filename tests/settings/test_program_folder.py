from __future__ import annotations

import pytest

from dssdsl.settings import program_folder


@pytest.fixture(name="shop")
def _shop(tmp_path):
    (tmp_path / "shop" / "recipes" / "sql").mkdir(parents=True)
    return tmp_path / "shop"


def test_a_folder_below_a_toml_belongs_to_its_program(shop):
    (shop / "dssdsl.toml").touch()

    assert program_folder(shop / "recipes" / "sql") == shop


def test_a_folder_in_a_repository_belongs_to_the_program_above(shop):
    (shop / ".git").mkdir()
    (shop / "project.yaml").touch()

    assert program_folder(shop / "recipes" / "sql") == shop


def test_the_nearest_program_wins(shop):
    (shop / ".git").mkdir()
    (shop / "project.py").touch()
    (shop / "recipes" / "project.py").touch()

    assert program_folder(shop / "recipes" / "sql") == shop / "recipes"


@pytest.mark.parametrize("inside", [True, False])
def test_a_program_outside_the_repository_does_not_count(shop, inside):
    (shop / "project.py").touch()
    if inside:
        (shop / "recipes" / ".git").mkdir()

    assert program_folder(shop / "recipes") == shop / "recipes"
