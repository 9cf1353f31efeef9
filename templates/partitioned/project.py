"""Files partitioned by day, cleaned one day at a time, and visits counted over all days."""

from dssdsl import (
    CSV,
    Build,
    Daily,
    Dataset,
    Dependency,
    FilesystemDataset,
    Project,
    PythonRecipe,
    RecipeInput,
    Scenario,
    TimeDimension,
    config,
    export,
    file,
    stack,
)

storage = config("storage")
project = Project("__KEY__", name="__NAME__")

day = TimeDimension("DAY", "DAY")
events = FilesystemDataset(
    "EVENTS",
    connection=storage,
    path="/events",
    format=CSV(separator=";"),
    partitioning=day,
    partition_pattern="/%Y/%M/%D/.*",
    columns={"EVENT_TS": "string", "USER_ID": "bigint", "PAGE": "string"},
)
clean = Dataset("EVENTS_CLEAN", connection=storage, partitioning=day)
visits = Dataset("VISITS", connection=storage)

# One day of EVENTS makes the same day of EVENTS_CLEAN.
PythonRecipe(
    "clean_events",
    inputs=RecipeInput(events, deps=Dependency("equals", dimension="DAY")),
    outputs=clean,
    code=file("recipes/clean_events.py"),
)
# An output without partitions reads all days.
PythonRecipe(
    "count_visits",
    inputs=RecipeInput(clean, deps=Dependency("all_available", dimension="DAY")),
    outputs=visits,
    code=file("recipes/count_visits.py"),
)

Scenario(
    "DAILY",
    active=stack.name == "prod",
    triggers=Daily("03:00"),
    steps=[Build(clean, partitions="PREVIOUS_DAY"), Build(visits)],
)

export("url", project.url)
