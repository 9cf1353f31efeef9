"""
The examples of the reference: for each class a piece of program.

`generate.py` puts imports and a Project before each, and writes it into the class's page; a test
deploys it. An example of a part, such as a scenario's step, is one expression; CONTEXTS says where
it stands.
"""

from __future__ import annotations

from dataclasses import dataclass

RAW = """raw = SQLDataset(
    "RAW_ORDERS", connection="warehouse", table="ORDERS", columns={"ID": "bigint", "DAY": "date"}
)"""
ORDERS = """orders = SQLDataset(
    "ORDERS",
    connection="warehouse",
    table="ORDERS",
    columns={
        "ID": "bigint",
        "CUSTOMER_ID": "bigint",
        "DAY": "date",
        "COUNTRY": "string",
        "EMAIL": "string",
        "DETAILS": "string",
        "AMOUNT": "double",
    },
)"""
BY_DAY = ORDERS.replace("    columns=", '    partitioning=TimeDimension("DAY"),\n    columns=')

CONTEXTS = {
    "prepare": f"""
{ORDERS}
orders_clean = Dataset("ORDERS_CLEAN", connection="warehouse")
PrepareRecipe("clean_orders", inputs=orders, outputs=orders_clean, steps=[@])
""",
    "steps": f"""
{ORDERS}
Scenario("NIGHTLY", steps=[@])
Scenario("CHECKS", steps=[Check(orders)])
""",
    "triggers": f"""
{ORDERS}
Scenario("NIGHTLY", steps=[Build(orders)], triggers=[@])
Scenario("CHECKS", steps=[Check(orders)])
""",
    "messages": f"""
{ORDERS}
Scenario("NIGHTLY", steps=[Build(orders)], reporters=[Reporter(@)])
""",
    "formats": """
FilesystemDataset(
    "SENSORS",
    connection="filesystem_managed",
    path="/sensors",
    format=@,
)
""",
}
"""Where an expression stands, by page; it takes the place of @."""

EXAMPLES = {  # <ORDERS> and its like stand for the texts above
    "options": """
<ORDERS>
Dataset(
    "ORDERS_CLEAN",
    connection="warehouse",
    protect=True,
    renamed_from="CLEAN_ORDERS",
    raw={"flowOptions.virtualizable": True},
)
Scenario("NIGHTLY", steps=[Build(orders)], ignore_changes=["active"], depends_on=[orders])
""",
    # --- a project, and what it has once
    "Project": """
Project("SALES", name="Sales analytics", short_desc="Orders by day", tags=["finance"])
""",
    "ProjectVariables": """
ProjectVariables(standard={"first_day": "2024-01-01"}, local={"mail_to": "sales@example.com"})
""",
    "ProjectPermissions": """
ProjectPermissions(grants=[Grant(group="analysts", read_project_content=True, run_scenarios=True)])
""",
    "Grant": """
ProjectPermissions(grants=[Grant(group="engineers", write_project_content=True)])
""",
    "FlowZone": """
with FlowZone("Ingestion", color="#2ab1ac"):
    SQLDataset("RAW_ORDERS", connection="warehouse", table="ORDERS")
""",
    "LibraryFile": """
LibraryFile("python/sales/__init__.py", content="")
LibraryFile("python/sales/vat.py", content='VAT = {"FR": 0.20, "DE": 0.19}\\n')
""",
    # --- datasets
    "Dataset": """
Dataset("ORDERS_CLEAN", connection="filesystem_managed", format="PARQUET_HIVE")
""",
    "SQLDataset": """
SQLDataset("RAW_ORDERS", connection="warehouse", schema="RAW", table="ORDERS")
SQLDataset(
    "RATES",
    connection="warehouse",
    query="SELECT day, rate FROM ref.fx WHERE day >= '${first_day}'",
)
""",
    "SnowflakeDataset": """
SnowflakeDataset("RAW_ORDERS", connection="warehouse", catalog="PROD", schema="RAW", table="ORDERS")
""",
    "PostgreSQLDataset": """
PostgreSQLDataset("INVOICES", connection="postgresql", schema="public", table="invoices")
""",
    "BigQueryDataset": """
BigQueryDataset("EVENTS", connection="bigquery", catalog="my-project", schema="web", table="events")
""",
    "RedshiftDataset": """
RedshiftDataset("CLICKS", connection="redshift", schema="web", table="clicks")
""",
    "MySQLDataset": """
MySQLDataset("STOCK", connection="mysql", table="stock")
""",
    "SQLServerDataset": """
SQLServerDataset("LEDGER", connection="sqlserver", schema="dbo", table="ledger")
""",
    "OracleDataset": """
OracleDataset("STAFF", connection="oracle", schema="HR", table="STAFF")
""",
    "DatabricksDataset": """
DatabricksDataset("TRIPS", connection="databricks", catalog="main", schema="taxi", table="trips")
""",
    "FilesystemDataset": """
FilesystemDataset(
    "SENSORS",
    connection="filesystem_managed",
    path="/sensors",
    format=CSV(separator=";"),
    include="*.csv",
)
""",
    "S3Dataset": """
S3Dataset(
    "READINGS",
    connection="s3",
    bucket="acme-readings",
    path="/raw",
    format=JSON(),
    partitioning=TimeDimension("day"),
    partition_pattern="/%Y/%M/%D/.*",
)
""",
    "GCSDataset": """
GCSDataset("LOGS", connection="gcs", bucket="acme-logs", path="/web", format=Parquet())
""",
    "AzureDataset": """
AzureDataset("SCANS", connection="azure", container="scans", path="/2026", format=CSV())
""",
    "UploadedFilesDataset": """
UploadedFilesDataset("STORES", files="data/stores.csv", format=CSV())
""",
    "Column": """
SQLDataset(
    "RAW_ORDERS",
    connection="warehouse",
    table="ORDERS",
    columns=[
        Column("ID", "bigint"),
        Column("EMAIL", "string", comment="of the buyer", meaning="Email"),
    ],
)
""",
    "TimeDimension": """
SQLDataset(
    "RAW_ORDERS",
    connection="warehouse",
    table="ORDERS",
    partitioning=TimeDimension("DAY", period="DAY"),
)
""",
    "ValueDimension": """
SQLDataset(
    "RAW_ORDERS", connection="warehouse", table="ORDERS", partitioning=ValueDimension("COUNTRY")
)
""",
    "CSV": 'CSV(separator=";", header=True, compress="gz")',
    "JSON": "JSON()",
    "Parquet": 'Parquet(compression="GZIP")',
    "Excel": 'Excel(sheets="*2026")',
    "Format": 'Format("avro", params={})',
    # --- folders, models
    "ManagedFolder": """
reports = ManagedFolder("reports")
export("reports", reports.id)
""",
    "SavedModel": """
SavedModel("churn", type="MLFLOW_PYFUNC", prediction_type="BINARY_CLASSIFICATION")
""",
    "EvaluationStore": """
EvaluationStore("churn evaluations")
""",
    # --- recipes
    "PythonRecipe": """
<RAW>
orders_clean = Dataset("ORDERS_CLEAN", connection="warehouse")
PythonRecipe("clean_orders", inputs=raw, outputs=orders_clean, code=file("recipes/clean.py"), code_env="py311")
""",
    "SQLQueryRecipe": """
<ORDERS>
french_orders = Dataset("FRENCH_ORDERS", connection="warehouse")
SQLQueryRecipe(
    "french_orders", inputs=orders, outputs=french_orders, code="SELECT * FROM ${tbl:ORDERS} WHERE COUNTRY = 'FR'"
)
""",
    "SQLScriptRecipe": """
<ORDERS>
archive = SQLDataset(
    "ORDER_ARCHIVE", connection="warehouse", table="ORDER_ARCHIVE", managed=True
)
SQLScriptRecipe(
    "archive_orders",
    inputs=orders,
    outputs=archive,
    code="INSERT INTO ${tbl:ORDER_ARCHIVE} SELECT * FROM ${tbl:ORDERS}",
)
""",
    "GroupingRecipe": """
<ORDERS>
orders_by_day = Dataset("ORDERS_BY_DAY", connection="warehouse")
GroupingRecipe(
    "by_day",
    inputs=orders,
    outputs=orders_by_day,
    keys=["DAY", "COUNTRY"],
    aggregations=[
        Agg("AMOUNT", sum="REVENUE", avg=True),
        Agg("CUSTOMER_ID", count_distinct="CUSTOMERS"),
    ],
    post_filter="REVENUE > 0",
)
""",
    "Rule": """
<ORDERS>
french_orders = Dataset("ORDERS_BY_DAY", connection="warehouse")
GroupingRecipe(
    "by_day",
    inputs=orders,
    outputs=french_orders,
    keys="DAY",
    aggregations=Agg("AMOUNT", sum=True),
    pre_filter=Rule("COUNTRY", "in", ["FR", "BE"]),
)
""",
    "Rules": """
<ORDERS>
orders_by_day = Dataset("ORDERS_BY_DAY", connection="warehouse")
GroupingRecipe(
    "by_day",
    inputs=orders,
    outputs=orders_by_day,
    keys="DAY",
    aggregations=Agg("AMOUNT", sum=True),
    pre_filter=Rules(
        Rule("DAY", ">=", "2026-01-01"),
        Rules(Rule("COUNTRY", "==", "FR"), Rule("EMAIL", "contains", "@example.fr"), any=True),
    ),
)
""",
    "Col": """
<ORDERS>
orders_by_day = Dataset("ORDERS_BY_DAY", connection="warehouse")
GroupingRecipe(
    "by_day",
    inputs=orders,
    outputs=orders_by_day,
    keys="DAY",
    aggregations=Agg("AMOUNT", sum=True),
    pre_filter=Rule("ID", "!=", Col("CUSTOMER_ID")),
)
""",
    "Window": """
<ORDERS>
orders_compared = Dataset("ORDERS_COMPARED", connection="warehouse")
WindowRecipe(
    "compare_orders",
    inputs=orders,
    outputs=orders_compared,
    windows=[
        Window(partition_by="CUSTOMER_ID", order_by="DAY", preceding=30, prefix="customer"),
        Window(partition_by="COUNTRY", order_by="DAY", preceding=30, prefix="country"),
    ],
    aggregations=WindowAgg("AMOUNT", avg=True),
)
""",
    "StackInput": """
<ORDERS>
returns = SQLDataset(
    "RETURNS", connection="warehouse", table="RETURNS", columns={"ID": "bigint", "AMOUNT": "double"}
)
movements = Dataset("MOVEMENTS", connection="warehouse")
StackRecipe(
    "stack_movements",
    inputs=[orders, StackInput(returns, pre_filter=Rule("AMOUNT", ">", 0))],
    outputs=movements,
    mode="CUSTOM",
    columns=["ID", "AMOUNT"],
    origin_column="KIND",
)
""",
    "RRecipe": """
<ORDERS>
forecast = Dataset("SALES_FORECAST", connection="warehouse")
RRecipe(
    "forecast",
    inputs=orders,
    outputs=forecast,
    code='dataiku::dkuWriteDataset(dataiku::dkuReadDataset("ORDERS"), "SALES_FORECAST")',
)
""",
    "PySparkRecipe": """
<ORDERS>
orders_clean = Dataset("ORDERS_CLEAN", connection="warehouse")
PySparkRecipe(
    "clean_orders",
    inputs=orders,
    outputs=orders_clean,
    code=file("recipes/clean.py"),
    spark_settings={"spark.executor.memory": "4g"},
)
""",
    "SparkSQLRecipe": """
<ORDERS>
orders_by_day = Dataset("ORDERS_BY_DAY", connection="warehouse")
SparkSQLRecipe(
    "by_day",
    inputs=orders,
    outputs=orders_by_day,
    code="SELECT DAY, SUM(AMOUNT) AS REVENUE FROM ORDERS GROUP BY DAY",
)
""",
    "ShellRecipe": """
<ORDERS>
sorted_orders = Dataset("ORDERS_SORTED", connection="warehouse")
ShellRecipe(
    "sort_orders",
    inputs=orders,
    outputs=sorted_orders,
    code="sort",
    pipe_in=orders,
    pipe_out=sorted_orders,
)
""",
    "PluginRecipe": """
<ORDERS>
windows = Dataset("ORDERS_WINDOWS", connection="warehouse")
PluginRecipe(
    "windows",
    recipe="timeseries-preparation-windowing",
    inputs={"input_dataset": orders},
    outputs={"output_dataset": windows},
    config={"datetime_column": "DAY", "window_width": 7},
)
""",
    "SamplingRecipe": """
<ORDERS>
french_orders = Dataset("ORDERS_FRANCE", connection="warehouse")
SamplingRecipe(
    "french_orders",
    inputs=orders,
    outputs=french_orders,
    filter=Rules(Rule("COUNTRY", "==", "FR"), Rule("AMOUNT", ">", 0)),
)
""",
    "Sample": """
<ORDERS>
some_orders = Dataset("ORDERS_SAMPLE", connection="warehouse")
SamplingRecipe(
    "sample_orders",
    inputs=orders,
    outputs=some_orders,
    sample=Sample("RANDOM_FIXED_NB", records=10_000, seed=1337),
)
""",
    "Latest": """
<BY_DAY>
latest_orders = Dataset("LATEST_ORDERS", connection="warehouse")
SamplingRecipe(
    "latest_orders",
    inputs=RecipeInput(orders, deps=Dependency("all_available", dimension="DAY")),
    outputs=latest_orders,
    sample=Sample("FULL", partitions=Latest(7)),
)
""",
    "SplitRecipe": """
<ORDERS>
train = Dataset("ORDERS_TRAIN", connection="warehouse")
holdout = Dataset("ORDERS_HOLDOUT", connection="warehouse")
SplitRecipe("hold_out", inputs=orders, by=ByRandom({train: 80}), default=holdout)
""",
    "ByFilters": """
<ORDERS>
large = Dataset("LARGE_ORDERS", connection="warehouse")
foreign = Dataset("FOREIGN_ORDERS", connection="warehouse")
others = Dataset("OTHER_ORDERS", connection="warehouse")
SplitRecipe(
    "by_kind",
    inputs=orders,
    by=ByFilters({large: Rule("AMOUNT", ">=", 10_000), foreign: Rule("COUNTRY", "!=", "FR")}),
    default=others,
)
""",
    "ByValues": """
<ORDERS>
france = Dataset("ORDERS_FRANCE", connection="warehouse")
benelux = Dataset("ORDERS_BENELUX", connection="warehouse")
SplitRecipe(
    "by_country",
    inputs=orders,
    by=ByValues("COUNTRY", {france: "FR", benelux: ["BE", "NL", "LU"]}),
)
""",
    "ByRanges": """
<ORDERS>
small = Dataset("SMALL_ORDERS", connection="warehouse")
large = Dataset("LARGE_ORDERS", connection="warehouse")
SplitRecipe("by_size", inputs=orders, by=ByRanges({small: Rule("AMOUNT", "<=", 100)}), default=large)
""",
    "ByRandom": """
<ORDERS>
train = Dataset("ORDERS_TRAIN", connection="warehouse")
holdout = Dataset("ORDERS_HOLDOUT", connection="warehouse")
SplitRecipe(
    "hold_out", inputs=orders, by=ByRandom({train: 80, holdout: 20}, together="CUSTOMER_ID")
)
""",
    "ByCentiles": """
<ORDERS>
best = Dataset("BEST_ORDERS", connection="warehouse")
others = Dataset("OTHER_ORDERS", connection="warehouse")
SplitRecipe("best", inputs=orders, by=ByCentiles(Desc("AMOUNT"), {best: 10}), default=others)
""",
    "Agg": """
<ORDERS>
orders_by_day = Dataset("ORDERS_BY_DAY", connection="warehouse")
GroupingRecipe(
    "by_day",
    inputs=orders,
    outputs=orders_by_day,
    keys="DAY",
    aggregations=Agg("AMOUNT", sum="REVENUE", max=True),
)
""",
    "Custom": """
<ORDERS>
orders_by_day = Dataset("ORDERS_BY_DAY", connection="warehouse")
GroupingRecipe(
    "by_day",
    inputs=orders,
    outputs=orders_by_day,
    keys="DAY",
    aggregations=Custom("MEAN", "SUM(AMOUNT) / COUNT(*)"),
    engine="SQL",
)
""",
    "Computed": """
<ORDERS>
orders_by_day = Dataset("ORDERS_BY_DAY", connection="warehouse")
GroupingRecipe(
    "by_day",
    inputs=orders,
    outputs=orders_by_day,
    keys="DAY",
    computed_columns=Computed("VAT", "AMOUNT * 0.2", type="double"),
    aggregations=Agg("VAT", sum=True),
)
""",
    "SQL": """
<ORDERS>
orders_by_day = Dataset("ORDERS_BY_DAY", connection="warehouse")
GroupingRecipe(
    "by_day",
    inputs=orders,
    outputs=orders_by_day,
    keys="DAY",
    pre_filter=SQL("COUNTRY IN ('FR', 'DE')"),
    aggregations=Agg("AMOUNT", sum=True),
    engine="SQL",
)
""",
    "WindowRecipe": """
<ORDERS>
sales_trend = Dataset("SALES_TREND", connection="warehouse")
WindowRecipe(
    "seven_days",
    inputs=orders,
    outputs=sales_trend,
    partition_by="COUNTRY",
    order_by="DAY",
    preceding=6,
    following=0,
    aggregations=WindowAgg("AMOUNT", sum="LAST_7_DAYS"),
)
""",
    "WindowAgg": """
<ORDERS>
sales_trend = Dataset("SALES_TREND", connection="warehouse")
WindowRecipe(
    "trend",
    inputs=orders,
    outputs=sales_trend,
    order_by="DAY",
    aggregations=WindowAgg("AMOUNT", lag=[1, 7]),
)
""",
    "Desc": """
<ORDERS>
latest_orders = Dataset("LATEST_ORDERS", connection="warehouse")
WindowRecipe(
    "latest_orders",
    inputs=orders,
    outputs=latest_orders,
    partition_by="COUNTRY",
    order_by=Desc("DAY"),
    row_number=True,
)
""",
    "JoinRecipe": """
<ORDERS>
customers = SQLDataset(
    "CUSTOMERS",
    connection="warehouse",
    table="CUSTOMERS",
    columns={"CUSTOMER_ID": "bigint", "SEGMENT": "string"},
)
orders_enriched = Dataset("ORDERS_ENRICHED", connection="warehouse")
JoinRecipe(
    "enrich", inputs=[orders, customers], joins=Join("CUSTOMER_ID", type="LEFT"), outputs=orders_enriched
)
""",
    "Join": """
<ORDERS>
customers = SQLDataset(
    "CUSTOMERS",
    connection="warehouse",
    table="CUSTOMERS",
    columns={"ID": "bigint", "SEGMENT": "string"},
)
orders_enriched = Dataset("ORDERS_ENRICHED", connection="warehouse")
JoinRecipe(
    "enrich",
    inputs=[orders, JoinInput(customers, select=["SEGMENT"])],
    joins=Join({"CUSTOMER_ID": "ID"}, type="INNER"),
    outputs=orders_enriched,
)
""",
    "JoinInput": """
<ORDERS>
stores = SQLDataset(
    "STORES",
    connection="warehouse",
    table="STORES",
    columns={"COUNTRY": "string", "CITY": "string"},
)
orders_enriched = Dataset("ORDERS_ENRICHED", connection="warehouse")
JoinRecipe(
    "enrich",
    inputs=[orders, JoinInput(stores, select={"CITY": "STORE_CITY"})],
    joins=Join("COUNTRY"),
    outputs=orders_enriched,
)
""",
    "On": """
<ORDERS>
rates = SQLDataset(
    "RATES", connection="warehouse", table="RATES", columns={"FROM_DAY": "date", "RATE": "double"}
)
orders_in_eur = Dataset("ORDERS_IN_EUR", connection="warehouse")
JoinRecipe("to_eur", inputs=[orders, rates], joins=Join(On("DAY", "FROM_DAY", "GTE")), outputs=orders_in_eur)
""",
    "StackRecipe": """
<ORDERS>
old = SQLDataset(
    "OLD_ORDERS",
    connection="warehouse",
    table="OLD_ORDERS",
    columns={"ID": "bigint", "DAY": "date"},
)
all_orders = Dataset("ALL_ORDERS", connection="warehouse")
StackRecipe("all_orders", inputs=[orders, old], outputs=all_orders, mode="UNION", origin_column="SOURCE")
""",
    "SyncRecipe": """
<ORDERS>
copy = Dataset("ORDERS_COPY", connection="filesystem_managed")
SyncRecipe("copy_orders", inputs=orders, outputs=copy)
""",
    "PrepareRecipe": """
<ORDERS>
orders_clean = Dataset("ORDERS_CLEAN", connection="warehouse")
PrepareRecipe(
    "clean_orders",
    inputs=orders,
    outputs=orders_clean,
    steps=[
        prepare.RenameColumns({"AMOUNT": "PRICE"}),
        prepare.Formula("VAT", "PRICE * 0.2"),
        prepare.Step("UpDownFiller", {"columns": ["COUNTRY"], "up": False}),
    ],
)
""",
    "Recipe": """
<ORDERS>
largest_orders = Dataset("LARGEST_ORDERS", connection="warehouse")
Recipe(
    "ten_largest",
    type="topn",
    inputs=orders,
    outputs=largest_orders,
    payload={
        "topN": 1,
        "firstRows": 10,
        "lastRows": 0,
        "orders": [{"column": "AMOUNT", "desc": True}],
    },
)
""",
    "RecipeInput": """
<BY_DAY>
latest_orders = Dataset("LATEST_ORDERS", connection="warehouse")
SQLQueryRecipe(
    "latest_orders",
    inputs=RecipeInput(orders, deps=Dependency("latest_available", dimension="DAY")),
    outputs=latest_orders,
    code="SELECT * FROM ${tbl:ORDERS}",
)
""",
    "RecipeOutput": """
<RAW>
order_log = Dataset("ORDER_LOG", connection="warehouse")
PythonRecipe(
    "append_orders",
    inputs=raw,
    outputs=RecipeOutput(order_log, append=True),
    code=file("recipes/clean.py"),
)
""",
    "Dependency": """
<BY_DAY>
copy = Dataset("ORDERS_COPY", connection="warehouse", partitioning=TimeDimension("DAY"))
SyncRecipe(
    "copy_orders",
    inputs=RecipeInput(orders, deps=Dependency("equals", dimension="DAY")),
    outputs=copy,
)
""",
    # --- steps of a prepare recipe
    "prepare.Formula": 'prepare.Formula("VAT", "AMOUNT * 0.2")',
    "prepare.RenameColumns": 'prepare.RenameColumns({"ID": "ORDER_ID"})',
    "prepare.KeepColumns": 'prepare.KeepColumns(["ID", "DAY", "AMOUNT"])',
    "prepare.RemoveColumns": 'prepare.RemoveColumns("CUSTOMER_ID")',
    "prepare.MoveColumns": 'prepare.MoveColumns("AMOUNT", "AFTER_COLUMN", "ID")',
    "prepare.ParseDate": 'prepare.ParseDate("DAY", "yyyy-MM-dd", timezone="Europe/Paris")',
    "prepare.FormatDate": 'prepare.FormatDate("DAY", "yyyy-MM", output="MONTH")',
    "prepare.ExtractDateComponents": 'prepare.ExtractDateComponents("DAY", year="YEAR", month="MONTH")',
    "prepare.DateDifference": 'prepare.DateDifference("DAY", output="AGE", unit="DAYS")',
    "prepare.FindReplace": 'prepare.FindReplace("COUNTRY", {"UK": "GB"})',
    "prepare.FillEmpty": 'prepare.FillEmpty("COUNTRY", "unknown")',
    "prepare.RemoveRowsOnEmpty": 'prepare.RemoveRowsOnEmpty(["ID", "DAY"])',
    "prepare.FilterRows": 'prepare.FilterRows("COUNTRY", ["FR", "DE"], action="KEEP_ROW")',
    "prepare.FilterRowsOnFormula": 'prepare.FilterRowsOnFormula("AMOUNT > 0 && !isBlank(COUNTRY)")',
    "prepare.FilterRowsOnRange": 'prepare.FilterRowsOnRange("AMOUNT", min=0, max=1000)',
    "prepare.SplitColumn": 'prepare.SplitColumn("EMAIL", "@", "EMAIL_")',
    "prepare.ConcatColumns": 'prepare.ConcatColumns(["COUNTRY", "ID"], "KEY", "-")',
    "prepare.CopyColumn": 'prepare.CopyColumn("AMOUNT", "AMOUNT_BEFORE")',
    "prepare.TransformString": 'prepare.TransformString("COUNTRY", "TO_UPPER")',
    "prepare.Round": 'prepare.Round("AMOUNT", places=2)',
    "prepare.FlattenJSON": 'prepare.FlattenJSON("DETAILS", max_depth=2)',
    "prepare.Unfold": 'prepare.Unfold("COUNTRY", limit=20)',
    "prepare.FilterRowsOnMeaning": 'prepare.FilterRowsOnMeaning("COUNTRY", "CountryMeaning", "REMOVE_ROW")',
    "prepare.FilterRowsOnDate": 'prepare.FilterRowsOnDate("DAY", "2026-01-01", "2026-12-31", timezone="Europe/Paris")',
    "prepare.FlagRows": 'prepare.FlagRows("COUNTRY", ["FR", "BE", "LU"], output="IS_FRENCH")',
    "prepare.FlagRowsOnFormula": 'prepare.FlagRowsOnFormula("AMOUNT > 1000", output="IS_LARGE")',
    "prepare.ParseUnixTimestamp": 'prepare.ParseUnixTimestamp("ID", milliseconds=False, output="CREATED_AT")',
    "prepare.FlagHolidays": 'prepare.FlagHolidays("DAY", "DAY_", "FR", timezone="Europe/Paris")',
    "prepare.SimplifyText": 'prepare.SimplifyText("DETAILS", stem=True, language="french")',
    "prepare.ExtractWithRegex": 'prepare.ExtractWithRegex("EMAIL", "@(?<domain>.*)", "EMAIL_")',
    "prepare.ExtractNumbers": 'prepare.ExtractNumbers("DETAILS", "DETAILS_NUMBER")',
    "prepare.CountMatches": 'prepare.CountMatches("DETAILS", ";", output="ITEMS")',
    "prepare.SplitIntoChunks": 'prepare.SplitIntoChunks("DETAILS", size=1000, overlap=50)',
    "prepare.SplitEmail": 'prepare.SplitEmail("EMAIL")',
    "prepare.ClassifyUserAgent": 'prepare.ClassifyUserAgent("DETAILS")',
    "prepare.TranslateMeaning": 'prepare.TranslateMeaning("COUNTRY", "country_codes")',
    "prepare.LimitValues": 'prepare.LimitValues("AMOUNT", 0, 10_000)',
    "prepare.Discretize": 'prepare.Discretize("AMOUNT", [prepare.Bin(0, 100, "small"), prepare.Bin(100)], output="SIZE")',
    "prepare.Bin": 'prepare.Discretize("AMOUNT", [prepare.Bin(max=0), prepare.Bin(0, 100)], output="SIZE")',
    "prepare.CombineNumbers": 'prepare.CombineNumbers(["AMOUNT", "ID"], multiply=True)',
    "prepare.FoldArray": 'prepare.FoldArray("DETAILS")',
    "prepare.SortArray": 'prepare.SortArray("DETAILS")',
    "prepare.ExtractFromArray": 'prepare.ExtractFromArray("DETAILS", 0, output="FIRST_DETAIL")',
    "prepare.ConcatArrays": 'prepare.ConcatArrays(["DETAILS", "EMAIL"], "TEXTS")',
    "prepare.NestColumns": 'prepare.NestColumns(["COUNTRY", "EMAIL"], "CUSTOMER")',
    "prepare.SplitAndFold": 'prepare.SplitAndFold("DETAILS", ";")',
    "prepare.Pivot": 'prepare.Pivot("DAY", "COUNTRY", "AMOUNT")',
    "prepare.FoldColumns": 'prepare.FoldColumns("AMOUNT_(.*)", name_column="YEAR", value_column="AMOUNT")',
    "prepare.FillWithNeighbor": 'prepare.FillWithNeighbor(["COUNTRY", "DAY"])',
    "prepare.RepeatRows": "prepare.RepeatRows(100)",
    "prepare.CreateGeoPoint": 'prepare.CreateGeoPoint("ID", "AMOUNT", "PLACE")',
    "prepare.ExtractFromGeoPoint": 'prepare.ExtractFromGeoPoint("DETAILS", latitude="LATITUDE", longitude="LONGITUDE")',
    "prepare.GeoDistance": 'prepare.GeoDistance("DETAILS", "EMAIL", output="DISTANCE")',
    "prepare.ResolveIP": 'prepare.ResolveIP("DETAILS", "IP_", country_code=True, geopoint=True)',
    "prepare.ReverseGeocode": 'prepare.ReverseGeocode("DETAILS", country="COUNTRY", city="CITY")',
    "prepare.AddPartition": 'prepare.AddPartition("PARTITION")',
    "prepare.AddBuildDate": 'prepare.AddBuildDate("BUILT_AT")',
    "prepare.JoinColumns": 'prepare.JoinColumns("CUSTOMER_ID", orders, "ID", columns=["EMAIL"], prefix="CUSTOMER_")',
    "prepare.JoinColumnsFuzzy": 'prepare.JoinColumnsFuzzy("DETAILS", orders, "EMAIL", columns="COUNTRY", distance=2)',
    "prepare.AllColumns": 'prepare.FillEmpty(prepare.AllColumns("AMOUNT.*"), "0")',
    "prepare.PythonFunction": 'prepare.PythonFunction("def process(row):\\n    return row[\'EMAIL\'].lower()\\n", "CELL", column="EMAIL")',
    "prepare.Group": 'prepare.Group("Money", [prepare.Round("AMOUNT", places=2)])',
    "prepare.Step": 'prepare.Step("EmailSplitter", {"column": "EMAIL"})',
    # --- scenarios
    "Scenario": """
<ORDERS>
Scenario(
    "NIGHTLY",
    name="Nightly build",
    steps=[Build(orders), Check(orders)],
    triggers=[Daily("02:00", timezone="Europe/Paris")],
    reporters=[Reporter(Mail("sales@example.com"), when="outcome != 'SUCCESS'")],
)
""",
    "Reporter": """
<ORDERS>
Scenario(
    "NIGHTLY",
    steps=[Build(orders)],
    reporters=[
        Reporter(
            Mail("sales@example.com", subject="${outcome}"),
            when="outcome == 'FAILED'",
            name="on failure",
        )
    ],
)
""",
    "Build": 'Build(orders, job_type="RECURSIVE_BUILD", update_schemas=True)',
    "Check": 'Check(orders, name="checks", proceed_on_failure=True)',
    "ComputeMetrics": "ComputeMetrics(orders)",
    "RunScenario": 'RunScenario("CHECKS")',
    "ExecutePython": 'ExecutePython("from sales import publish\\n\\npublish()\\n", run_if=["SUCCESS"])',
    "SetProjectVariables": 'SetProjectVariables({"last_full_load": "2026-01-01"})',
    "DefineVariables": 'DefineVariables({"yesterday": "inc(now(), -1, \'day\')"})',
    "SendMessage": 'SendMessage(Mail("sales@example.com", subject="Orders are loaded"))',
    "Step": 'Step("exec_sql", {"connection": "warehouse", "sql": "CALL REFRESH_RATES()"})',
    "Daily": 'Daily("02:00", timezone="Europe/Paris")',
    "Weekly": 'Weekly(["Monday", "Friday"], "06:30")',
    "Monthly": 'Monthly("02:00", starting_from="2026-01-15")',
    "Hourly": "Hourly(minute=15)",
    "Minutely": "Minutely(every=10)",
    "OnDatasetChange": "OnDatasetChange(orders, check_every=600)",
    "AfterScenario": 'AfterScenario("CHECKS")',
    "SQLTrigger": 'SQLTrigger("warehouse", "SELECT MAX(DAY) FROM ORDERS")',
    "PythonTrigger": 'PythonTrigger("from dataiku.scenario import Trigger\\nfrom sales import late_orders\\n\\nif late_orders():\\n    Trigger().fire()\\n")',
    "Trigger": 'Trigger("temporal", {"frequency": "Daily", "hour": 2})',
    "Mail": 'Mail(["sales@example.com"], subject="${scenarioName}: ${outcome}")',
    "Attachment": 'Mail("sales@example.com", attachments=Attachment("DASHBOARD_EXPORT", {"dashboardId": "D1wS8j5"}))',
    "Slack": 'Slack("Nightly: ${outcome}", webhook=Secret.env("SLACK_WEBHOOK"))',
    "Teams": 'Teams("Nightly: ${outcome}", channel="teams-data")',
    "Message": 'Message("webhook-scenario", {"url": "https://example.com/hook", "method": "POST"})',
}

for _name, _text in EXAMPLES.items():
    for _short, _long in {
        "<BY_DAY>": BY_DAY,
        "<ORDERS>": ORDERS,
        "<RAW>": RAW,
    }.items():
        _text = _text.replace(_short, _long)
    EXAMPLES[_name] = _text

FILES = {
    "data/stores.csv": "STORE_ID,CITY\n1,Lyon\n2,Berlin\n",
    "recipes/clean.py": "import dataiku\n\nraw = dataiku.Dataset('RAW_ORDERS').get_dataframe()\n"
    "dataiku.Dataset('ORDERS_CLEAN').write_with_schema(raw.dropna())\n",
}
"""The files that the examples name."""
CONNECTIONS = {
    "warehouse": "Snowflake", "postgresql": "PostgreSQL", "bigquery": "BigQuery", "redshift": "Redshift", "mysql": "MySQL",
    "sqlserver": "SQLServer", "oracle": "Oracle", "databricks": "Databricks", "s3": "EC2", "gcs": "GCS", "azure": "Azure",
}  # fmt: skip
"""The connections that the examples name, with DSS's types."""
CODE_ENVS = ("py311",)
CONFIG = {"warehouse": "warehouse", "days": 30, "nightly": False}
"""What the stack of the examples gives to `config()`."""


@dataclass(frozen=True)
class Function:
    """The example of a function: a program in Python, the same in YAML where there is one, and a remark."""

    python: str
    yaml: str = ""
    after: str = ""


FUNCTIONS = {
    "config": Function(
        """
from dssdsl import Project, SQLDataset, config

Project("SALES")
days = config("days", default=7)
SQLDataset(
    "RECENT_ORDERS",
    connection=config("warehouse"),
    query=f"SELECT * FROM ORDERS WHERE DAY > CURRENT_DATE - {days}",
)
""",
        """
project: {key: SALES}
datasets:
  - name: RECENT_ORDERS
    type: sql
    connection: ${config.warehouse}
    query: SELECT * FROM ORDERS WHERE DAY > CURRENT_DATE - ${config.days:7}
""",
    ),
    "stack": Function(
        """
from dssdsl import Build, Daily, Dataset, Project, Scenario, stack

Project("SALES", name=f"Sales ({stack.name})")
orders = Dataset("ORDERS", connection="filesystem_managed")
Scenario("NIGHTLY", steps=Build(orders), triggers=Daily("02:00"), active=stack.name == "prod")
""",
        """
project: {key: SALES, name: "Sales (${stack.name})"}
datasets:
  - {name: ORDERS, connection: filesystem_managed}
scenarios:
  - id: NIGHTLY
    active: ${config.nightly:false}
    triggers: [{type: daily, at: "02:00"}]
    steps: [{type: build, items: ORDERS}]
""",
        "YAML has no conditions: put a value that depends on the stack into its config.",
    ),
    "file": Function(
        """
from dssdsl import Dataset, Project, PythonRecipe, file

Project("SALES")
raw = Dataset("RAW_ORDERS", connection="filesystem_managed")
clean = Dataset("ORDERS_CLEAN", connection="filesystem_managed")
PythonRecipe("clean_orders", inputs=raw, outputs=clean, code=file("recipes/clean.py"))
""",
        """
project: {key: SALES}
datasets:
  - {name: RAW_ORDERS, connection: filesystem_managed}
  - {name: ORDERS_CLEAN, connection: filesystem_managed}
recipes:
  - name: clean_orders
    type: python
    inputs: RAW_ORDERS
    outputs: ORDERS_CLEAN
    code_file: recipes/clean.py
""",
    ),
    "files": Function(
        """
from dssdsl import LibraryFile, Project, files

Project("SALES")
for each in files("recipes/*.py"):
    LibraryFile(f"python/{each.relative}", content=each)
""",
    ),
    "export": Function(
        """
from dssdsl import ManagedFolder, Project, export

sales = Project("SALES")
reports = ManagedFolder("reports")
export("url", sales.url)
export("reports", reports.id)
""",
        """
project: {key: SALES}
folders: [reports]
exports:
  url: ${project.url}
""",
        "`dssdsl outputs` prints the exported values, and `--json` contains them.",
    ),
    "Secret": Function(
        """
from dssdsl import Build, Dataset, Project, Reporter, Scenario, Secret, Slack

Project("SALES")
orders = Dataset("ORDERS", connection="filesystem_managed")
Scenario(
    "NIGHTLY",
    steps=Build(orders),
    reporters=Reporter(Slack("Nightly: ${outcome}", webhook=Secret.env("SLACK_WEBHOOK"))),
)
""",
        """
project: {key: SALES}
datasets:
  - {name: ORDERS, connection: filesystem_managed}
scenarios:
  - id: NIGHTLY
    steps: [{type: build, items: ORDERS}]
    reporters:
      - message:
          type: slack
          text: "Nightly: ${outcome}"
          webhook: {env: SLACK_WEBHOOK}
""",
    ),
    "Workspace": Function(
        """
from dssdsl import Workspace

with Workspace("project.py", stack="local") as workspace:
    plan = workspace.preview()
    print(plan.summary())
    for step in plan.steps:
        print(step.action, step.label, step.cause)
    if plan:
        deployment = workspace.up()
        print("deployment", deployment.serial, deployment.outputs)
""",
    ),
    "Options": Function(
        """
from dssdsl import Options, Workspace

with Workspace("project.py", stack="local") as workspace:
    plan = workspace.preview(Options(targets=("dataset/*",), replaces=("dataset/ORDERS",)))
"""
    ),
    "Plan": Function(
        """
from dssdsl import Plan, Workspace


def agree(plan: Plan) -> bool:
    return not any(step.action == "delete" for step in plan.steps)


with Workspace("project.py", stack="local") as workspace:
    workspace.up(agree=agree)
"""
    ),
    "ProgramErrors": Function(
        """
from dssdsl import DssdslError, ProgramErrors, Workspace

with Workspace("project.py", stack="local") as workspace:
    try:
        workspace.up()
    except ProgramErrors as errors:
        for error in errors.each():
            print(error.at, error.problem, error.fix)
    except DssdslError as error:
        raise SystemExit(error.exit_code) from error
""",
        after="""Every error of dssdsl is a `DssdslError` with `problem`, `at`, `fix` and `exit_code`. These classes derive from it:
`ProgramError` and `ProgramErrors` (exit code 2), `Denied` (3), `DssError` and `StepsFailed` (4), `Refused` (5), `Cancelled` (8), `Locked` (9).""",
    ),
}
"""What else a program imports, in the order of the page."""
