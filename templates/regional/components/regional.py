"""A sales pipeline of one region: declare it once, use it for every region."""

from __future__ import annotations

from dataclasses import dataclass

from dssdsl import (
    Agg,
    AnyDataset,
    Build,
    Check,
    Columns,
    Daily,
    Dataset,
    FlowZone,
    GroupingRecipe,
    PrepareRecipe,
    PythonRecipe,
    Scenario,
    SQLDataset,
    file,
    prepare,
)

COLUMNS: Columns = {
    "ORDER_ID": "bigint",
    "CUSTOMER_ID": "bigint",
    "ORDER_TS": "string",
    "AMOUNT": "double",
    "CURRENCY": "string",
}


@dataclass
class Region:
    """What differs from region to region."""

    code: str
    timezone: str
    connection: str
    at: str = "02:00"
    active: bool = True


class RegionalPipeline:
    """
    Raw orders of one region: cleaned, in euro, and summed up by day, in a zone of their own.

    Args:
        region: What differs.
        rates: A dataset with CURRENCY and TO_EUR.
        storage: The connection in which DSS may make tables.

    Attributes:
        by_day: The result, for what comes after it.
        scenario: Builds the result, each night.
    """

    by_day: Dataset
    scenario: Scenario

    def __init__(self, region: Region, *, rates: AnyDataset, storage: str) -> None:
        def named(what: str) -> str:
            return f"{region.code}_{what}"

        with FlowZone(f"Region {region.code}"):
            raw = SQLDataset(
                named("ORDERS_RAW"),
                connection=region.connection,
                schema="sales",
                table="orders",
                columns=COLUMNS,
            )
            clean = Dataset(named("ORDERS_CLEAN"), connection=storage)
            orders = Dataset(named("ORDERS"), connection=storage)
            self.by_day = Dataset(named("ORDERS_BY_DAY"), connection=storage)
            PrepareRecipe(
                named("clean"),
                inputs=raw,
                outputs=clean,
                steps=[
                    prepare.RemoveRowsOnEmpty(["ORDER_ID", "ORDER_TS"]),
                    prepare.ParseDate(
                        "ORDER_TS",
                        "yyyy-MM-dd HH:mm:ss",
                        output="ORDER_DATE",
                        timezone=region.timezone,
                    ),
                    prepare.FormatDate("ORDER_DATE", "yyyy-MM-dd", output="DAY"),
                    prepare.Formula("REGION", f'"{region.code}"'),
                ],
            )
            PythonRecipe(
                named("to_eur"), inputs=[clean, rates], outputs=orders, code=file("py/to_eur.py")
            )
            GroupingRecipe(
                named("by_day"),
                inputs=orders,
                outputs=self.by_day,
                keys=["REGION", "DAY"],
                aggregations=[
                    Agg("AMOUNT_EUR", sum="REVENUE"),
                    Agg("CUSTOMER_ID", count_distinct="CUSTOMERS"),
                ],
            )
        self.scenario = Scenario(
            named("DAILY"),
            name=f"Daily {region.code}",
            active=region.active,
            triggers=[Daily(region.at, timezone=region.timezone)],
            steps=[Build(self.by_day, update_schemas=True), Check(self.by_day)],
        )
