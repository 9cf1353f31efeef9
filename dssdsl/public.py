"""Where each name lives that programs import from dssdsl; it is loaded when it is first used."""

from __future__ import annotations

HOMES = {
    "lang.functions": "after before config export file files policy stack",
    "lang.hooks": "refuse warn",
    "lang.values": "Code File Output Secret",
    "resources.datasets.base": "AnyDataset",
    "resources.datasets.columns": "Column Columns TimeDimension ValueDimension",
    "resources.datasets.files": """
        AzureDataset FilesystemDataset GCSDataset S3Dataset UploadedFilesDataset""",
    "resources.datasets.formats": "CSV JSON Excel Format Parquet",
    "resources.datasets.managed": "Dataset",
    "resources.datasets.sql": """
        BigQueryDataset DatabricksDataset MySQLDataset OracleDataset PostgreSQLDataset
        RedshiftDataset SnowflakeDataset SQLDataset SQLServerDataset""",
    "resources.library": "LibraryFile",
    "resources.managed_folders": "ManagedFolder",
    "resources.models": "EvaluationStore SavedModel",
    "resources.permissions": "Grant ProjectPermissions",
    "resources.project_variables": "ProjectVariables",
    "resources.projects": "Project",
    "resources.recipes": "prepare",
    "resources.recipes.aggregations": "Agg Custom WindowAgg",
    "resources.recipes.base": "Dependency FlowRef RecipeInput RecipeOutput",
    "resources.recipes.code": "PythonRecipe SQLQueryRecipe SQLScriptRecipe",
    "resources.recipes.expressions": "SQL Computed",
    "resources.recipes.generic": "Recipe",
    "resources.recipes.grouping": "GroupingRecipe",
    "resources.recipes.join": "Join JoinInput JoinRecipe On",
    "resources.recipes.prepare.recipe": "PrepareRecipe",
    "resources.recipes.stack": "StackRecipe",
    "resources.recipes.sync": "SyncRecipe",
    "resources.recipes.window": "Desc WindowRecipe",
    "resources.scenarios.messages": "Mail Message Slack Teams",
    "resources.scenarios.reporters": "Reporter",
    "resources.scenarios.scenario": "Scenario",
    "resources.scenarios.steps": """
        Build Check ComputeMetrics DefineVariables ExecutePython RunScenario SendMessage
        SetProjectVariables Step""",
    "resources.scenarios.triggers": """
        AfterScenario Daily Hourly Minutely Monthly OnDatasetChange PythonTrigger
        SQLTrigger Trigger Weekly""",
    "resources.zones": "FlowZone",
    "workspace": "Workspace",
}
"""By module: the public names in it."""
HOME = {name: module for module, names in HOMES.items() for name in names.split()}
"""By name: its module."""
