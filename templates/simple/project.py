"""Orders from files, summed up by day and country each night."""

from dssdsl import (
    CSV,
    Agg,
    Build,
    Daily,
    Dataset,
    FilesystemDataset,
    GroupingRecipe,
    Project,
    Scenario,
    config,
    export,
    stack,
)

storage = config("storage")
project = Project("__KEY__", name="__NAME__")

orders = FilesystemDataset(
    "ORDERS",
    connection=storage,
    path="/orders",
    format=CSV(separator=";"),
    columns={"DAY": "dateonly", "COUNTRY": "string", "AMOUNT": "double"},
)
by_day = Dataset("ORDERS_BY_DAY", connection=storage)

GroupingRecipe(
    "sum_up_days",
    inputs=orders,
    outputs=by_day,
    keys=["DAY", "COUNTRY"],
    aggregations=Agg("AMOUNT", sum="REVENUE"),
    count=True,
)

Scenario("NIGHTLY", steps=Build(by_day), triggers=Daily("02:00"), active=stack.name == "prod")

export("url", project.url)
