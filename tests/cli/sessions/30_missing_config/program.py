from dssdsl import Build, Daily, Dataset, Mail, Project, Reporter, Scenario, config

Project("SALES")
clean = Dataset(f"CLEAN_{config('country')}", connection=config("warehouse"))
Scenario(
    "NIGHTLY",
    steps=[Build(clean, retries=config("retries", type=int))],
    triggers=Daily(config("nightly"), every=config("days", type=int)),
    reporters=Reporter(Mail(config("team", type=list[str]))),
    run_as=config("user").lower(),
)
