from dssdsl import SQLDataset


def make(tables, countries):
    for country in countries:
        one(country, tables)


def one(country, tables):
    SQLDataset(f"ORDERS_{country}", connection="warehouse", table=tables[country])
