from dssdsl import Dataset, GroupingRecipe


def daily(orders, name):
    result = Dataset(name, connection="warehouse")
    GroupingRecipe("by_day", inputs=orders, outputs=result, keys="day", count=True)
    return result
