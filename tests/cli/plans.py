"""Plans made by hand, for tests of what is shown of them."""

from __future__ import annotations

from dssdsl.lang.provider import Live
from dssdsl.plan.changes import Change, Effect, Reason
from dssdsl.plan.steps import Action, Plan, Step

NOW = 1_800_000_000.0
CODE = """import dataiku

# Read
df = dataiku.Dataset("RAW_ORDERS").get_dataframe()
df = df.dropna()
out = dataiku.Dataset("ORDERS_CLEAN")
out.write_with_schema(df)
"""
NEWER = CODE.replace(
    "df = df.dropna()\n",
    'df = df.dropna(subset=["order_id"])\ndf["amount"] = df["amount"].fillna(0)\nprint(len(df))\n',
)


def change(pointer: str, old: object, new: object, **more: object) -> Change:
    field = more.pop("field", pointer.split("/")[1])
    reason = more.pop("reason", Reason.CHANGED_IN_CODE)
    return Change(pointer, field, old, new, reason, **more)


def step(kind: str, name: str, action: Action, *changes: Change, **more: object) -> Step:
    key = name if kind == "project" else f"SALES/{kind}/{name}"
    more.setdefault("source", "project.py:12")
    return Step(key, kind, name, action, changes=tuple(changes), **more)


CODED = change("/payload", CODE, NEWER, field="code", source="recipes/clean_orders.py")
COLUMNS = (
    change(
        "/schema/columns/[]",
        ["order_id", "day"],
        ["order_id", "amount_eur", "day"],
        field="columns",
    ),
    change("/schema/columns/[day]/type", "string", "date", field="columns"),
)
WORLD = Plan(
    steps=(
        step("dataset", "RAW_ORDERS", Action.CREATE, why="new", then=("detect columns",)),
        step("recipe", "clean_orders", Action.UPDATE, CODED, why="changed in the program"),
        step("dataset", "ORDERS_CLEAN", Action.UPDATE, *COLUMNS, why="changed in the program"),
        step(
            "recipe",
            "by_day",
            Action.REPLACE,
            change("/type", "grouping", "window", effect=Effect.REPLACE),
            why="changed in the program",
            notes=("type is fixed at creation",),
        ),
        step(
            "scenario",
            "nightly",
            Action.UPDATE,
            change("/active", True, None, reason=Reason.CHANGED_IN_DSS),
            why="changed in DSS",
            live=Live("nightly", "nightly", {}, 4, saved_by="alice", saved_at=NOW - 7300),
        ),
        step(
            "dataset",
            "ORDERS_OLD",
            Action.ADOPT,
            change(
                "/description",
                None,
                "Kept for the auditors until 2027",
                reason=Reason.ADOPTED_DIFFERS,
            ),
            change("/tags", ["old"], ["finance", "old"], reason=Reason.ADOPTED_DIFFERS),
            why="already in DSS, differs",
        ),
        step(
            "dataset",
            "DAILY",
            Action.RENAME,
            why="renamed from BY_DAY",
            old="BY_DAY",
            notes=("data, recipes and history stay",),
        ),
        step(
            "managed_folder",
            "exports",
            Action.MOVE,
            change(
                "/params/connection",
                "filesystem_folders",
                "s3",
                field="connection",
                effect=Effect.MOVE,
            ),
            why="changed in the program",
            notes=('the data stays at "filesystem_folders"',),
        ),
        step("scenario", "hourly", Action.CREATE, why="gone from DSS"),
        step(
            "dataset",
            "TMP",
            Action.DELETE,
            why="not in the program any more",
            notes=(
                "its data stays",
                "DSS takes along recipe scratch, which dssdsl does not manage",
            ),
        ),
        step(
            "dataset",
            "THEIRS",
            Action.FORGET,
            why="it was there before us, and stays in DSS (--delete-adopted deletes it)",
        ),
    ),
    unchanged=37,
    notes=("dataset ORDERS: columns was changed by a run, and stays",),
    not_checked=('user "bob" of project SALES',),
    projects=("SALES",),
    config_hash="sha256:abc",
)
SECRETS = Plan(
    steps=(
        step(
            "scenario",
            "nightly",
            Action.UPDATE,
            change(
                "/reporters/[0]/messaging/configuration/webhookUrl",
                "d1ge57",
                "0ther",
                field="reporters",
                secret=True,
            ),
            change("/params/token", "d1ge57", "0ther", field="token", secret=True),
            why="changed in the program",
        ),
    ),
    projects=("SALES",),
)
OUTPUTS = {"url": "https://dss-dev.example.com/projects/SALES/", "folders": ["a", "b"]}
