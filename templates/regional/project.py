"""Three regions from one component, stacked into one table."""

from components.regional import Region, RegionalPipeline

from dssdsl import (
    AfterScenario,
    Build,
    Dataset,
    FlowZone,
    Project,
    Scenario,
    SQLDataset,
    StackRecipe,
    config,
    export,
)

Project("__KEY__", name="__NAME__")
storage = config("storage")

with FlowZone("Shared"):
    rates = SQLDataset(
        "FX_RATES",
        connection=config("reference"),
        schema="ref",
        table="fx",
        columns={"CURRENCY": "string", "TO_EUR": "double"},
    )

regions = [
    RegionalPipeline(region, rates=rates, storage=storage)
    for region in (
        Region("EMEA", "Europe/Paris", "pg_emea"),
        Region("AMER", "America/New_York", "pg_amer", at="03:00"),
        Region("APAC", "Asia/Tokyo", "pg_apac", at="01:00", active=False),
    )
]

with FlowZone("World"):
    world = Dataset("WORLD_BY_DAY", connection=storage)
    StackRecipe("stack_regions", inputs=[region.by_day for region in regions], outputs=world)

Scenario(
    "WORLD",
    name="World",
    triggers=[AfterScenario(region.scenario) for region in regions if region.scenario.active],
    steps=[Build(world, job_type="NON_RECURSIVE_FORCED_BUILD")],
)

export("regions", [region.by_day for region in regions])
