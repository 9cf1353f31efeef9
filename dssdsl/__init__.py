"""
All that a program imports.

Nothing is loaded before it is asked for, so that ``dssdsl --version`` is quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .lang.hooks import after as after
    from .lang.hooks import before as before
    from .lang.hooks import policy as policy
    from .lang.hooks import refuse as refuse
    from .lang.hooks import warn as warn
    from .lang.program import config as config
    from .lang.program import export as export
    from .lang.program import file as file
    from .lang.program import files as files
    from .lang.program import stack as stack
    from .lang.values import Code as Code
    from .lang.values import File as File
    from .lang.values import Output as Output
    from .lang.values import Secret as Secret
    from .resources.datasets import CSV as CSV
    from .resources.datasets import JSON as JSON
    from .resources.datasets import AnyDataset as AnyDataset
    from .resources.datasets import AzureDataset as AzureDataset
    from .resources.datasets import BigQueryDataset as BigQueryDataset
    from .resources.datasets import Column as Column
    from .resources.datasets import Columns as Columns
    from .resources.datasets import DatabricksDataset as DatabricksDataset
    from .resources.datasets import Dataset as Dataset
    from .resources.datasets import Excel as Excel
    from .resources.datasets import FilesystemDataset as FilesystemDataset
    from .resources.datasets import Format as Format
    from .resources.datasets import GCSDataset as GCSDataset
    from .resources.datasets import MySQLDataset as MySQLDataset
    from .resources.datasets import OracleDataset as OracleDataset
    from .resources.datasets import Parquet as Parquet
    from .resources.datasets import PostgreSQLDataset as PostgreSQLDataset
    from .resources.datasets import RedshiftDataset as RedshiftDataset
    from .resources.datasets import S3Dataset as S3Dataset
    from .resources.datasets import SnowflakeDataset as SnowflakeDataset
    from .resources.datasets import SQLDataset as SQLDataset
    from .resources.datasets import SQLServerDataset as SQLServerDataset
    from .resources.datasets import TimeDimension as TimeDimension
    from .resources.datasets import UploadedFilesDataset as UploadedFilesDataset
    from .resources.datasets import ValueDimension as ValueDimension
    from .resources.library import LibraryFile as LibraryFile
    from .resources.managed_folders import ManagedFolder as ManagedFolder
    from .resources.models import EvaluationStore as EvaluationStore
    from .resources.models import SavedModel as SavedModel
    from .resources.permissions import Grant as Grant
    from .resources.permissions import ProjectPermissions as ProjectPermissions
    from .resources.project_variables import ProjectVariables as ProjectVariables
    from .resources.projects import Project as Project
    from .resources.recipes import prepare as prepare
    from .resources.recipes.base import Dependency as Dependency
    from .resources.recipes.base import FlowRef as FlowRef
    from .resources.recipes.base import Recipe as Recipe
    from .resources.recipes.base import RecipeInput as RecipeInput
    from .resources.recipes.base import RecipeOutput as RecipeOutput
    from .resources.recipes.code import PythonRecipe as PythonRecipe
    from .resources.recipes.code import SQLQueryRecipe as SQLQueryRecipe
    from .resources.recipes.code import SQLScriptRecipe as SQLScriptRecipe
    from .resources.recipes.prepare import PrepareRecipe as PrepareRecipe
    from .resources.recipes.visual import SQL as SQL
    from .resources.recipes.visual import Agg as Agg
    from .resources.recipes.visual import Computed as Computed
    from .resources.recipes.visual import Custom as Custom
    from .resources.recipes.visual import Desc as Desc
    from .resources.recipes.visual import GroupingRecipe as GroupingRecipe
    from .resources.recipes.visual import Join as Join
    from .resources.recipes.visual import JoinInput as JoinInput
    from .resources.recipes.visual import JoinRecipe as JoinRecipe
    from .resources.recipes.visual import On as On
    from .resources.recipes.visual import StackRecipe as StackRecipe
    from .resources.recipes.visual import SyncRecipe as SyncRecipe
    from .resources.recipes.visual import WindowAgg as WindowAgg
    from .resources.recipes.visual import WindowRecipe as WindowRecipe
    from .resources.scenarios import AfterScenario as AfterScenario
    from .resources.scenarios import Build as Build
    from .resources.scenarios import Check as Check
    from .resources.scenarios import ComputeMetrics as ComputeMetrics
    from .resources.scenarios import Daily as Daily
    from .resources.scenarios import DefineVariables as DefineVariables
    from .resources.scenarios import ExecutePython as ExecutePython
    from .resources.scenarios import Hourly as Hourly
    from .resources.scenarios import Mail as Mail
    from .resources.scenarios import Message as Message
    from .resources.scenarios import Minutely as Minutely
    from .resources.scenarios import Monthly as Monthly
    from .resources.scenarios import OnDatasetChange as OnDatasetChange
    from .resources.scenarios import PythonTrigger as PythonTrigger
    from .resources.scenarios import Reporter as Reporter
    from .resources.scenarios import RunScenario as RunScenario
    from .resources.scenarios import Scenario as Scenario
    from .resources.scenarios import SendMessage as SendMessage
    from .resources.scenarios import SetProjectVariables as SetProjectVariables
    from .resources.scenarios import Slack as Slack
    from .resources.scenarios import SQLTrigger as SQLTrigger
    from .resources.scenarios import Step as Step
    from .resources.scenarios import Teams as Teams
    from .resources.scenarios import Trigger as Trigger
    from .resources.scenarios import Weekly as Weekly
    from .resources.zones import FlowZone as FlowZone
    from .workspace import Workspace as Workspace

    __version__: str

_HOMES = {
    "lang.hooks": "after before policy refuse warn",
    "lang.program": "config export file files stack",
    "lang.values": "Code File Output Secret",
    "resources.datasets": """
        CSV JSON AnyDataset AzureDataset BigQueryDataset Column Columns DatabricksDataset Dataset Excel
        FilesystemDataset Format GCSDataset MySQLDataset OracleDataset Parquet PostgreSQLDataset
        RedshiftDataset S3Dataset SnowflakeDataset SQLDataset SQLServerDataset TimeDimension
        UploadedFilesDataset ValueDimension""",
    "resources.library": "LibraryFile",
    "resources.managed_folders": "ManagedFolder",
    "resources.models": "EvaluationStore SavedModel",
    "resources.permissions": "Grant ProjectPermissions",
    "resources.project_variables": "ProjectVariables",
    "resources.projects": "Project",
    "resources.recipes": "prepare",
    "resources.recipes.base": "Dependency FlowRef Recipe RecipeInput RecipeOutput",
    "resources.recipes.code": "PythonRecipe SQLQueryRecipe SQLScriptRecipe",
    "resources.recipes.prepare": "PrepareRecipe",
    "resources.recipes.visual": """
        SQL Agg Computed Custom Desc GroupingRecipe Join JoinInput JoinRecipe On StackRecipe SyncRecipe
        WindowAgg WindowRecipe""",
    "resources.scenarios": """
        AfterScenario Build Check ComputeMetrics Daily DefineVariables ExecutePython Hourly Mail Message
        Minutely Monthly OnDatasetChange PythonTrigger Reporter RunScenario Scenario SendMessage
        SetProjectVariables Slack SQLTrigger Step Teams Trigger Weekly""",
    "resources.zones": "FlowZone",
    "workspace": "Workspace",
}
_HOME = {name: module for module, names in _HOMES.items() for name in names.split()}

if not TYPE_CHECKING:  # the checkers read the imports above instead
    __all__ = list(_HOME)


def __getattr__(name: str) -> object:
    import importlib
    import sys

    value: object
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version

        try:
            value = version("dssdsl")
        except PackageNotFoundError:  # run from its source folder
            value = "0.0.0+source"
    elif name == "prepare":
        value = importlib.import_module(".resources.recipes.prepare", __name__)
    elif name in _HOME:
        value = getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)
    else:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg, name=name, obj=sys.modules[__name__])
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME, "__version__"})
