from dssdsl import Agg, Dataset, GroupingRecipe


def by_day(orders):
    result = Dataset("BY_DAY", connection="warehouse")
    GroupingRecipe("by_day", inputs=orders, outputs=result, keys="dya", aggregations=[Agg("amount", total=True)])
