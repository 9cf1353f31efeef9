import dataiku

events = dataiku.Dataset("EVENTS").get_dataframe()
clean = events.dropna(subset=["USER_ID"]).drop_duplicates()
dataiku.Dataset("EVENTS_CLEAN").write_with_schema(clean)
