"""Import of tables."""

from __future__ import annotations

import pytest
from dataikuapi.utils import DataikuException

from dssdsl.emulator import Emulator

COLUMNS = [{"name": "ID", "type": "bigint"}]
TABLES = {"warehouse": {"RAW.ORDERS": COLUMNS, "RAW.ITEMS": [], "LOOSE": []}}


@pytest.fixture
def project(connect):
    with Emulator(connections={"warehouse": "Snowflake"}, tables=TABLES) as dss:
        yield connect(dss).create_project("SALES", "Sales", "admin")


def test_tables_are_listed(project):
    assert project.list_sql_schemas("warehouse") == ["RAW"]
    assert project.list_sql_tables("warehouse", "RAW") == [
        {"schema": "RAW", "table": "ORDERS"},
        {"schema": "RAW", "table": "ITEMS"},
    ]
    assert {"schema": None, "table": "LOOSE"} in project.list_sql_tables("warehouse")
    with pytest.raises(DataikuException, match="has no tables to import"):
        project.list_sql_tables("filesystem_managed")
    with pytest.raises(DataikuException, match="Connection 'no' does not exist"):
        project.list_sql_schemas("no")


def test_tables_become_datasets(project):
    wanted = project.init_tables_import()
    wanted.add_sql_table("warehouse", "RAW", "ORDERS")
    wanted.add_sql_table("warehouse", "RAW", "ORDERS")
    assert wanted.prepare().execute().get_result()["datasets"] == ["ORDERS", "ORDERS_2"]
    raw = project.get_dataset("ORDERS").get_settings().get_raw()
    assert (raw["type"], raw["managed"]) == ("Snowflake", False)
    assert (raw["params"]["schema"], raw["params"]["table"]) == ("RAW", "ORDERS")
    assert raw["schema"]["columns"] == COLUMNS
    assert project.get_project_git().get_status()["clean"]
