"""Two projects: one prepares orders, the other one reports on them."""

from dssdsl import (
    CSV,
    Agg,
    Build,
    Daily,
    Dataset,
    FilesystemDataset,
    GroupingRecipe,
    PrepareRecipe,
    Project,
    Scenario,
    config,
    export,
    prepare,
    stack,
)

storage = config("storage")

with Project("__KEY___CORE", name="__NAME__: core") as core:
    raw = FilesystemDataset(
        "RAW_ORDERS",
        connection=storage,
        path="/orders",
        format=CSV(separator=";"),
        columns={"DAY": "dateonly", "COUNTRY": "string", "AMOUNT": "double"},
    )
    orders = Dataset("ORDERS", connection=storage)
    PrepareRecipe(
        "clean_orders",
        inputs=raw,
        outputs=orders,
        steps=[
            prepare.RemoveRowsOnEmpty(["DAY", "AMOUNT"]),
            prepare.TransformString("COUNTRY", "TO_UPPER"),
        ],
    )

with Project("__KEY___REPORTS", name="__NAME__: reports") as reports:
    by_day = Dataset("ORDERS_BY_DAY", connection=storage)
    GroupingRecipe(
        "sum_up_days",
        inputs=orders,  # a dataset of the other project
        outputs=by_day,
        keys=["DAY", "COUNTRY"],
        aggregations=Agg("AMOUNT", sum="REVENUE"),
    )
    Scenario(
        "NIGHTLY",
        active=stack.name == "prod",
        triggers=Daily("02:00"),
        steps=[Build(orders), Build(by_day)],
    )

export("core", core.url)
export("reports", reports.url)
