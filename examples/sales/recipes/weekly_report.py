"""One row a fiscal week and country, and the same as a spreadsheet for the managers."""

import dataiku
from sales.calendar import fiscal_week

days = dataiku.Dataset("SALES_BY_DAY").get_dataframe()
days["FISCAL_WEEK"] = fiscal_week(days["ORDER_DAY"])
weeks = days.groupby(["FISCAL_WEEK", "COUNTRY"], as_index=False)[["REVENUE", "count"]].sum()
dataiku.Dataset("SALES_BY_WEEK").write_with_schema(weeks)

with dataiku.Folder("reports").get_writer("sales_by_week.csv") as report:
    report.write(weeks.to_csv(index=False).encode())
