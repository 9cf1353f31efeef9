"""Orders in Snowflake: raw tables, cleaned, joined with customers, and aggregated by day."""

from dssdsl import (
    Agg,
    Build,
    Check,
    Daily,
    Dataset,
    FlowZone,
    GroupingRecipe,
    Join,
    JoinInput,
    JoinRecipe,
    PrepareRecipe,
    Project,
    Scenario,
    SnowflakeDataset,
    config,
    export,
    prepare,
)

warehouse = config("warehouse")  # the connection with the raw tables
storage = config("storage")  # the connection in which DSS creates tables

project = Project("__KEY__", name="__NAME__")

with FlowZone("Raw"):
    raw_orders = SnowflakeDataset(
        "RAW_ORDERS",
        connection=warehouse,
        schema="RAW",
        table="ORDERS",
        columns={
            "ORDER_ID": "bigint",
            "CUSTOMER_ID": "bigint",
            "ORDER_TS": "string",
            "STATUS": "string",
            "QUANTITY": "int",
            "UNIT_PRICE": "double",
        },
    )
    raw_customers = SnowflakeDataset(
        "RAW_CUSTOMERS",
        connection=warehouse,
        schema="RAW",
        table="CUSTOMERS",
        columns={"CUSTOMER_ID": "bigint", "COUNTRY": "string", "SEGMENT": "string"},
    )

with FlowZone("Clean"):
    orders = Dataset("ORDERS_CLEAN", connection=storage)
    enriched = Dataset("ORDERS_ENRICHED", connection=storage)
    PrepareRecipe(
        "clean_orders",
        inputs=raw_orders,
        outputs=orders,
        steps=[
            prepare.RemoveRowsOnEmpty(["ORDER_ID", "CUSTOMER_ID"]),
            prepare.FilterRows("STATUS", ["CANCELLED", "TEST"], action="REMOVE_ROW"),
            prepare.ParseDate("ORDER_TS", "yyyy-MM-dd HH:mm:ss", output="ORDER_DATE"),
            prepare.FormatDate("ORDER_DATE", "yyyy-MM-dd", output="ORDER_DAY"),
            prepare.Formula("AMOUNT", "QUANTITY * UNIT_PRICE"),
            prepare.RemoveColumns(["ORDER_TS", "STATUS"]),
        ],
    )
    JoinRecipe(
        "add_customers",
        inputs=[orders, JoinInput(raw_customers, select=["COUNTRY", "SEGMENT"])],
        joins=Join("CUSTOMER_ID", type="LEFT"),
        outputs=enriched,
    )

with FlowZone("Aggregate"):
    by_day = Dataset("SALES_BY_DAY", connection=storage)
    GroupingRecipe(
        "sum_up_days",
        inputs=enriched,
        outputs=by_day,
        keys=["ORDER_DAY", "COUNTRY"],
        aggregations=[
            Agg("AMOUNT", sum="REVENUE"),
            Agg("CUSTOMER_ID", count_distinct="CUSTOMERS"),
        ],
        count=True,
    )

Scenario(
    "NIGHTLY",
    name="Nightly refresh",
    active=config("nightly", default=False),  # in prod only, see dssdsl.toml
    triggers=Daily("02:00", timezone="Europe/Paris"),
    steps=[Build(by_day, update_schemas=True), Check([orders, by_day])],
)

export("url", project.url)
