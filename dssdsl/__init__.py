"""
All that a program imports.

Nothing is loaded before it is asked for, so that ``dssdsl --version`` is quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .lang.functions import after as after
    from .lang.functions import before as before
    from .lang.functions import config as config
    from .lang.functions import export as export
    from .lang.functions import file as file
    from .lang.functions import files as files
    from .lang.functions import policy as policy
    from .lang.functions import stack as stack
    from .lang.hooks import refuse as refuse
    from .lang.hooks import warn as warn
    from .lang.values import Code as Code
    from .lang.values import File as File
    from .lang.values import Output as Output
    from .lang.values import Secret as Secret
    from .resources.datasets.base import AnyDataset as AnyDataset
    from .resources.datasets.columns import Column as Column
    from .resources.datasets.columns import Columns as Columns
    from .resources.datasets.columns import TimeDimension as TimeDimension
    from .resources.datasets.columns import ValueDimension as ValueDimension
    from .resources.datasets.files import AzureDataset as AzureDataset
    from .resources.datasets.files import FilesystemDataset as FilesystemDataset
    from .resources.datasets.files import GCSDataset as GCSDataset
    from .resources.datasets.files import S3Dataset as S3Dataset
    from .resources.datasets.files import UploadedFilesDataset as UploadedFilesDataset
    from .resources.datasets.formats import CSV as CSV
    from .resources.datasets.formats import JSON as JSON
    from .resources.datasets.formats import Excel as Excel
    from .resources.datasets.formats import Format as Format
    from .resources.datasets.formats import Parquet as Parquet
    from .resources.datasets.managed import Dataset as Dataset
    from .resources.datasets.sql import BigQueryDataset as BigQueryDataset
    from .resources.datasets.sql import DatabricksDataset as DatabricksDataset
    from .resources.datasets.sql import MySQLDataset as MySQLDataset
    from .resources.datasets.sql import OracleDataset as OracleDataset
    from .resources.datasets.sql import PostgreSQLDataset as PostgreSQLDataset
    from .resources.datasets.sql import RedshiftDataset as RedshiftDataset
    from .resources.datasets.sql import SnowflakeDataset as SnowflakeDataset
    from .resources.datasets.sql import SQLDataset as SQLDataset
    from .resources.datasets.sql import SQLServerDataset as SQLServerDataset
    from .resources.library import LibraryFile as LibraryFile
    from .resources.managed_folders import ManagedFolder as ManagedFolder
    from .resources.models import EvaluationStore as EvaluationStore
    from .resources.models import SavedModel as SavedModel
    from .resources.permissions import Grant as Grant
    from .resources.permissions import ProjectPermissions as ProjectPermissions
    from .resources.project_variables import ProjectVariables as ProjectVariables
    from .resources.projects import Project as Project
    from .resources.recipes import prepare as prepare
    from .resources.recipes.aggregations import Agg as Agg
    from .resources.recipes.aggregations import Custom as Custom
    from .resources.recipes.aggregations import WindowAgg as WindowAgg
    from .resources.recipes.base import Dependency as Dependency
    from .resources.recipes.base import FlowRef as FlowRef
    from .resources.recipes.base import RecipeInput as RecipeInput
    from .resources.recipes.base import RecipeOutput as RecipeOutput
    from .resources.recipes.code import PythonRecipe as PythonRecipe
    from .resources.recipes.code import SQLQueryRecipe as SQLQueryRecipe
    from .resources.recipes.code import SQLScriptRecipe as SQLScriptRecipe
    from .resources.recipes.expressions import SQL as SQL
    from .resources.recipes.expressions import Computed as Computed
    from .resources.recipes.generic import Recipe as Recipe
    from .resources.recipes.grouping import GroupingRecipe as GroupingRecipe
    from .resources.recipes.join import Join as Join
    from .resources.recipes.join import JoinInput as JoinInput
    from .resources.recipes.join import JoinRecipe as JoinRecipe
    from .resources.recipes.join import On as On
    from .resources.recipes.prepare.recipe import PrepareRecipe as PrepareRecipe
    from .resources.recipes.stack import StackRecipe as StackRecipe
    from .resources.recipes.sync import SyncRecipe as SyncRecipe
    from .resources.recipes.window import Desc as Desc
    from .resources.recipes.window import WindowRecipe as WindowRecipe
    from .resources.scenarios.messages import Mail as Mail
    from .resources.scenarios.messages import Message as Message
    from .resources.scenarios.messages import Slack as Slack
    from .resources.scenarios.messages import Teams as Teams
    from .resources.scenarios.reporters import Reporter as Reporter
    from .resources.scenarios.scenario import Scenario as Scenario
    from .resources.scenarios.steps import Build as Build
    from .resources.scenarios.steps import Check as Check
    from .resources.scenarios.steps import ComputeMetrics as ComputeMetrics
    from .resources.scenarios.steps import DefineVariables as DefineVariables
    from .resources.scenarios.steps import ExecutePython as ExecutePython
    from .resources.scenarios.steps import RunScenario as RunScenario
    from .resources.scenarios.steps import SendMessage as SendMessage
    from .resources.scenarios.steps import SetProjectVariables as SetProjectVariables
    from .resources.scenarios.steps import Step as Step
    from .resources.scenarios.triggers import AfterScenario as AfterScenario
    from .resources.scenarios.triggers import Daily as Daily
    from .resources.scenarios.triggers import Hourly as Hourly
    from .resources.scenarios.triggers import Minutely as Minutely
    from .resources.scenarios.triggers import Monthly as Monthly
    from .resources.scenarios.triggers import OnDatasetChange as OnDatasetChange
    from .resources.scenarios.triggers import PythonTrigger as PythonTrigger
    from .resources.scenarios.triggers import SQLTrigger as SQLTrigger
    from .resources.scenarios.triggers import Trigger as Trigger
    from .resources.scenarios.triggers import Weekly as Weekly
    from .resources.zones import FlowZone as FlowZone
    from .workspace import Workspace as Workspace

    __version__: str

from .public import HOME

if not TYPE_CHECKING:  # the checkers read the imports above instead
    __all__ = list(HOME)


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
    elif name in HOME:
        value = getattr(importlib.import_module(f".{HOME[name]}", __name__), name)
    else:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg, name=name, obj=sys.modules[__name__])
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *HOME, "__version__"})
