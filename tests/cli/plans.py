"""Plans made by hand, for tests of what is shown of them."""

from __future__ import annotations

from dssdsl.lang.keys import Key
from dssdsl.lang.live import Live
from dssdsl.plan.causes import Cause, FollowUp, Remark, Topic
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
    more.setdefault("source", "project.py:12")
    key = Key(name if kind == "project" else "SALES", kind, name)
    return Step(key, action, changes=tuple(changes), **more)


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
        step(
            "dataset", "RAW_ORDERS", Action.CREATE, cause=Cause.NEW, then=(FollowUp.DETECT_COLUMNS,)
        ),
        step("recipe", "clean_orders", Action.UPDATE, CODED),
        step("dataset", "ORDERS_CLEAN", Action.UPDATE, *COLUMNS),
        step(
            "recipe",
            "by_day",
            Action.REPLACE,
            change("/type", "grouping", "window", effect=Effect.REPLACE),
            remarks=(Remark(Topic.FIXED_AT_CREATION, ("type",)),),
        ),
        step(
            "scenario",
            "nightly",
            Action.UPDATE,
            change("/active", True, None, reason=Reason.CHANGED_IN_DSS),
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
        ),
        step(
            "dataset",
            "DAILY",
            Action.RENAME,
            cause=Cause.RENAMED,
            old="BY_DAY",
            remarks=(Remark(Topic.KEEPS_HISTORY),),
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
            remarks=(Remark(Topic.DATA_STAYS_AT, ('"filesystem_folders"',)),),
        ),
        step("scenario", "hourly", Action.CREATE, cause=Cause.GONE),
        step(
            "dataset",
            "TMP",
            Action.DELETE,
            cause=Cause.DROPPED,
            remarks=(Remark(Topic.DATA_KEPT), Remark(Topic.DELETES_RECIPES, ("scratch",))),
        ),
        step(
            "dataset",
            "THEIRS",
            Action.FORGET,
            cause=Cause.ADOPTED_STAYS,
        ),
    ),
    unchanged=37,
    remarks=(
        Remark(
            Topic.SET_BY_RUN,
            ("schema.columns[ID].type", '"bigint" → "string"'),
            Key("SALES", "dataset", "ORDERS"),
        ),
    ),
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
        ),
    ),
    projects=("SALES",),
)
OUTPUTS = {"url": "https://dss-dev.example.com/projects/SALES/", "folders": ["a", "b"]}
