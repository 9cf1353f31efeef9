import dataiku

df = dataiku.Dataset("ORDERS").get_dataframe()
df = df.dropna(subset=["order_id"]
dataiku.Dataset("CLEAN").write_with_schema(df)
