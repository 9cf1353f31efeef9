"""Orders from the warehouse: cleaned, joined with stores and customers, summed up by day and week."""

from dssdsl import (
    CSV,
    Agg,
    Build,
    Check,
    Columns,
    Daily,
    Dataset,
    FlowZone,
    Grant,
    GroupingRecipe,
    Join,
    JoinRecipe,
    LibraryFile,
    Mail,
    ManagedFolder,
    PrepareRecipe,
    Project,
    ProjectPermissions,
    ProjectVariables,
    PythonRecipe,
    Reporter,
    Scenario,
    SQLDataset,
    UploadedFilesDataset,
    WindowAgg,
    WindowRecipe,
    config,
    export,
    file,
    prepare,
)

warehouse = config("warehouse")  # the connection with the tables that others fill
storage = config("storage")  # the connection in which DSS may make tables
raw_schema = config("raw_schema")
code_env = config("code_env")

sales = Project(
    "SALES",
    name="Sales analytics",
    short_desc="Orders by day, week and country",
    tags=["finance", "sales"],
)
ProjectVariables(standard={"first_day": "2024-01-01"}, local={"mail_to": config("mail_to")})
ProjectPermissions(
    grants=[
        Grant(group="sales_analysts", read_project_content=True, run_scenarios=True),
        Grant(group="data_engineers", write_project_content=True),
    ]
)
reports = ManagedFolder("reports")  # spreadsheets, for those who do not open DSS

with FlowZone("Ingestion", color="#2ab1ac"):
    order_columns: Columns = {
        "ORDER_ID": "bigint",
        "CUSTOMER_ID": "bigint",
        "STORE_ID": "bigint",
        "ORDER_TS": "string",
        "STATUS": "string",
        "QUANTITY": "int",
        "UNIT_PRICE": "double",
    }
    customer_columns: Columns = {"CUSTOMER_ID": "bigint", "SEGMENT": "string", "EMAIL": "string"}
    raw_orders = SQLDataset(
        "RAW_ORDERS", connection=warehouse, schema=raw_schema, table="ORDERS", columns=order_columns
    )
    raw_customers = SQLDataset(
        "RAW_CUSTOMERS",
        connection=warehouse,
        schema=raw_schema,
        table="CUSTOMERS",
        columns=customer_columns,
    )
    # No columns here: DSS detects those of the file.
    stores = UploadedFilesDataset("STORES", files="data/stores.csv", format=CSV())

with FlowZone("Modelling", color="#f9be40"):
    orders = Dataset("ORDERS_CLEAN", connection=storage)
    customers = Dataset("CUSTOMERS_CLEAN", connection=storage)
    enriched = Dataset("ORDERS_ENRICHED", connection=storage)
    PrepareRecipe(
        "clean_orders",
        inputs=raw_orders,
        outputs=orders,
        steps=[
            prepare.RemoveRowsOnEmpty(["ORDER_ID", "CUSTOMER_ID"]),
            prepare.FilterRows("STATUS", ["CANCELLED", "TEST"], action="REMOVE_ROW"),
            prepare.ParseDate(
                "ORDER_TS", "yyyy-MM-dd HH:mm:ss", output="ORDER_DATE", timezone="Europe/Paris"
            ),
            prepare.FormatDate("ORDER_DATE", "yyyy-MM-dd", output="ORDER_DAY"),
            prepare.Formula("AMOUNT", "QUANTITY * UNIT_PRICE"),
            prepare.Round("AMOUNT", places=2),
            prepare.RemoveColumns(["ORDER_TS", "STATUS"]),
        ],
    )
    PrepareRecipe(
        "clean_customers",
        inputs=raw_customers,
        outputs=customers,
        steps=[
            prepare.FillEmpty("SEGMENT", "unknown"),
            prepare.TransformString("SEGMENT", "TO_LOWER"),
            prepare.RemoveColumns("EMAIL"),
        ],
    )
    JoinRecipe(
        "enrich_orders",
        inputs=[orders, customers, stores],
        joins=[Join("CUSTOMER_ID"), Join("STORE_ID", type="INNER")],
        outputs=enriched,
    )

with FlowZone("Reporting", color="#c82423"):
    by_day = Dataset("SALES_BY_DAY", connection=storage)
    trend = Dataset("SALES_TREND", connection=storage)
    by_week = Dataset("SALES_BY_WEEK", connection=storage)
    GroupingRecipe(
        "sum_up_days",
        inputs=enriched,
        outputs=by_day,
        keys=["ORDER_DAY", "COUNTRY"],
        aggregations=[Agg("AMOUNT", sum="REVENUE"), Agg("CUSTOMER_ID", count_distinct="CUSTOMERS")],
        count=True,
        pre_filter='ORDER_DAY >= "${first_day}"',
    )
    WindowRecipe(
        "seven_days",
        inputs=by_day,
        outputs=trend,
        partition_by="COUNTRY",
        order_by="ORDER_DAY",
        preceding=6,
        following=0,
        aggregations=[WindowAgg("REVENUE", avg="REVENUE_7_DAYS")],
    )
    PythonRecipe(
        "weekly_report",
        inputs=by_day,
        outputs=[by_week, reports],
        code=file("recipes/weekly_report.py"),
        code_env=code_env,
    )

Scenario(
    "NIGHTLY",
    name="Nightly refresh",
    active=config("nightly", default=False),  # only where dssdsl.toml says so: in prod
    triggers=[Daily("02:00", timezone="Europe/Paris")],
    steps=[
        Build([trend, by_week, reports], name="build", update_schemas=True),
        Check([orders, by_day], name="checks"),
    ],
    reporters=[
        Reporter(
            Mail("${mail_to}", subject="Sales, last night: ${outcome}"), when="outcome != 'SUCCESS'"
        )
    ],
)

# What recipes import: python/ is on their path.
LibraryFile("python/sales/__init__.py", content="")
LibraryFile("python/sales/calendar.py", content=file("library/calendar.py"))

export("url", sales.url)
export("trend", trend.name)
