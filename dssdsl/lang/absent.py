"""Names that programs look for and dssdsl does not have, each with a sentence that says what to do instead."""

from __future__ import annotations

from collections.abc import Mapping

_PAGES = "dssdsl does not manage {}: create them in DSS"


def _recipe(kind: str) -> str:
    return f'write Recipe("NAME", type="{kind}", inputs=…, outputs=…, payload={{…}})'


CLASSES: Mapping[str, str] = {
    **{
        name: _PAGES.format(plural)
        for name, plural in {
            "Dashboard": "dashboards",
            "Insight": "insights",
            "Chart": "charts",
            "WebApp": "web apps",
            "Webapp": "web apps",
            "Wiki": "wiki articles",
            "WikiArticle": "wiki articles",
            "Article": "wiki articles",
            "Notebook": "notebooks",
            "JupyterNotebook": "notebooks",
            "SQLNotebook": "notebooks",
            "Worksheet": "statistics worksheets",
            "StatisticsWorksheet": "statistics worksheets",
            "APIService": "API services",
            "Bundle": "bundles",
            "Meaning": "meanings",
            "Macro": "macros",
            "Agent": "agents",
            "AgentTool": "agent tools",
            "LLMMesh": "connections to LLMs",
            "FeatureGroup": "feature groups",
            "LabelingTask": "labeling tasks",
            "Workspaces": "workspaces of DSS",
            "DataCollection": "data collections",
            "ProjectFolder": "project folders",
        }.items()
    },
    "Plugin": "dssdsl does not manage plugins: ask an administrator to install them",
    "Connection": 'dssdsl does not manage connections: create it in DSS, and write its name: connection="NAME"',
    "CodeEnv": 'dssdsl does not manage code envs: create it in DSS, and write its name: code_env="NAME"',
    "Cluster": "dssdsl does not manage clusters: ask an administrator to create it",
    "User": 'dssdsl does not manage users: write logins, as in Grant(user="login", …)',
    "Group": 'dssdsl does not manage groups: write their names, as in Grant(group="name", …)',
    "MLTask": 'train models in the Lab of DSS, and refer to them with SavedModel.existing("name")',
    "Analysis": 'train models in the Lab of DSS, and refer to them with SavedModel.existing("name")',
    "PredictionModel": 'train models in the Lab of DSS, and refer to them with SavedModel.existing("name")',
    "DataQualityRule": "set data quality rules in DSS; the step Check(dataset) runs them in a scenario",
    "Rule": "set data quality rules in DSS; the step Check(dataset) runs them in a scenario",
    "Metric": "choose metrics in DSS; the step ComputeMetrics(dataset) computes them in a scenario",
    "Variables": "write ProjectVariables(standard={…})",
    "Variable": "write ProjectVariables(standard={…})",
    "Permission": "write ProjectPermissions(grants=[Grant(…)])",
    "Permissions": "write ProjectPermissions(grants=[Grant(…)])",
    "Folder": 'write ManagedFolder("NAME")',
    "Zone": 'write FlowZone("NAME")',
    "Model": 'write SavedModel("NAME", type=…), or SavedModel.existing("NAME") for a model from the Lab',
    "Library": 'write LibraryFile("python/NAME.py", content=file("…"))',
    "Temporal": 'write Daily("02:00"), Weekly(…), Monthly(…), Hourly(…) or Minutely(…)',
    "TimeTrigger": 'write Daily("02:00"), Weekly(…), Monthly(…), Hourly(…) or Minutely(…)',
    "Email": 'write Mail("you@example.com")',
    "MailReporter": 'write Reporter(Mail("you@example.com"))',
    **{
        f"{name}Recipe": _recipe(kind)
        for name, kind in {
            "Sort": "sort",
            "TopN": "topn",
            "Distinct": "distinct",
            "Pivot": "pivot",
            "FuzzyJoin": "fuzzyjoin",
            "GeoJoin": "geojoin",
            "Export": "export",
            "Download": "download",
            "Update": "update",
            "Upsert": "upsert",
            "Scoring": "prediction_scoring",
            "PredictionScoring": "prediction_scoring",
            "ClusteringScoring": "clustering_scoring",
            "Evaluation": "evaluation",
            "Training": "prediction_training",
            "Prompt": "prompt",
            "EmbedDataset": "nlp_llm_rag_embedding",
            "EmbedDocuments": "embed_documents",
        }.items()
    },
    "KnowledgeBank": 'write its name in the recipe: outputs={"knowledge_bank": "NAME"}; dssdsl does not create knowledge banks',
    "StreamingEndpoint": 'write its name in the recipe: inputs="NAME"; dssdsl does not create streaming endpoints',
    "FilterRecipe": "write SamplingRecipe(…)",
    "SampleRecipe": "write SamplingRecipe(…)",
    "GroupRecipe": "write GroupingRecipe(…)",
    "SQLRecipe": "write SQLQueryRecipe(…) for one SELECT, or SQLScriptRecipe(…)",
    "VStackRecipe": "write StackRecipe(…)",
}  # fmt: skip
"""By the name that a Python program imports."""

SECTIONS: Mapping[str, str] = {
    **{
        section: CLASSES[name]
        for section, name in {
            "dashboards": "Dashboard",
            "insights": "Insight",
            "charts": "Chart",
            "webapps": "WebApp",
            "web_apps": "WebApp",
            "wiki": "Wiki",
            "notebooks": "Notebook",
            "statistics": "Worksheet",
            "api_services": "APIService",
            "bundles": "Bundle",
            "meanings": "Meaning",
            "plugins": "Plugin",
            "agents": "Agent",
        }.items()
    },
    "connections": "dssdsl does not manage connections: in dssdsl.toml, they describe the emulator",
    "code_envs": "dssdsl does not manage code envs: in dssdsl.toml, they describe the emulator",
    "users": "dssdsl does not manage users: write permissions: {grants: [{user: LOGIN, …}]}",
    "groups": "dssdsl does not manage groups: write permissions: {grants: [{group: NAME, …}]}",
    "grants": "write permissions: {grants: [{group: NAME, …}]}",
    "triggers": "write them in an entry of scenarios",
    "steps": "write them in an entry of scenarios or recipes",
    "stacks": "stacks are written in dssdsl.toml",
    "config": 'config is written in dssdsl.toml: config = { warehouse = "NAME" }',
    "metrics": "choose metrics in DSS; a step {type: compute_metrics} computes them in a scenario",
    "checks": "set checks in DSS; a step {type: check} runs them in a scenario",
    "rules": "set data quality rules in DSS; a step {type: check} runs them in a scenario",
}  # fmt: skip
"""By the section that a YAML program has."""

FIELDS: Mapping[str, str] = {
    "rules": "set data quality rules in DSS; the step Check(…) of a scenario runs them",
    "data_quality": "set data quality rules in DSS; the step Check(…) of a scenario runs them",
    "checks": "set checks in DSS; the step Check(…) of a scenario runs them",
    "metrics": "choose metrics in DSS; the step ComputeMetrics(…) of a scenario computes them",
    "probes": "choose metrics in DSS; the step ComputeMetrics(…) of a scenario computes them",
    "dashboards": CLASSES["Dashboard"],
    "charts": CLASSES["Chart"],
    "notebooks": CLASSES["Notebook"],
    "discussions": "dssdsl does not manage discussions: write them in DSS",
    "checklists": "dssdsl does not manage to-do lists: write them in DSS",
    "shared_with": "share it in DSS, in the settings of its project (Exposed objects)",
    "exposed_to": "share it in DSS, in the settings of its project (Exposed objects)",
    "permissions": "write ProjectPermissions(grants=[Grant(…)])",
    "grants": "write ProjectPermissions(grants=[Grant(…)])",
    "sql": "write query=",
    "lifecycle": "write protect=, retain_on_delete=, ignore_changes= or adopt=",
    "prevent_destroy": 'did you mean "protect"?',
    "create_before_destroy": "dssdsl replaces an object only with --replace; there is no order to choose",
    "custom_fields": 'write raw={"customFields.NAME": …}',
}  # fmt: skip
"""By the field that a class does not have."""
