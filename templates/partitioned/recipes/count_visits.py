import dataiku

events = dataiku.Dataset("EVENTS_CLEAN").get_dataframe()
visits = events.groupby("PAGE")["USER_ID"].nunique().reset_index(name="VISITORS")
dataiku.Dataset("VISITS").write_with_schema(visits)
