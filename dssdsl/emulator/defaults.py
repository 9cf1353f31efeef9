"""What DSS fills in: the documents of fresh objects."""

from __future__ import annotations

import json
from typing import Any

Document = dict[str, Any]

_SELECTION: Document = {
    "useMemTable": False,
    "filter": {"distinct": False, "enabled": False},
    "partitionSelectionMethod": "ALL",
    "latestPartitionsN": 1,
    "ordering": {"enabled": False, "rules": []},
    "samplingMethod": "FULL",
    "maxRecords": -1,
    "targetRatio": 0.02,
    "ascending": True,
    "withinFirstN": -1,
    "maxReadUncompressedBytes": -1,
}
_ENGINES: Document = {
    "padRunsWithMetrics": False,
    "hive": {"active": True, "extraConf": []},
    "basic": {},
    "dss": {"active": True, "selection": _SELECTION},
    "sql": {"active": True},
    "impala": {"active": True},
    "spark": {"active": True, "extraConf": []},
    "python": {},
}


def _probe(kind: str, name: str, mode: str) -> Document:
    meta = {"name": name, "level": 0}
    return {
        "type": kind,
        "enabled": True,
        "computeOnBuildMode": mode,
        "meta": meta,
        "configuration": {},
    }


_BASIC = _probe("basic", "Basic data", "PARTITION")
_FLOW: Document = {
    "virtualizable": False,
    "rebuildBehavior": "NORMAL",
    "crossProjectBuildBehavior": "DEFAULT",
    "ignoreErrorStatusOnBuild": False,
}
PARTITIONING: Document = {
    "ignoreNonMatchingFile": False,
    "considerMissingRequestedPartitionsAsEmpty": False,
    "dimensions": [],
}
_LOOP: Document = {
    "enabled": False,
    "mode": "CREATE_VARIABLE_FOR_EACH_COLUMN",
    "replacements": [],
}
FILES: Document = {
    "notReadyIfEmpty": False,
    "filesSelectionRules": {
        "mode": "ALL",
        "excludeRules": [],
        "includeRules": [],
        "explicitFiles": [],
    },
    "variablesExpansionLoopConfig": _LOOP,
}
TABLE: Document = {
    "notReadyIfEmpty": False,
    "mode": "table",
    "partitioningType": "custom",
    "normalizeDoubles": True,
    "tableCreationMode": "auto",
    "writeInsertBatchSize": 10000,
    "writeJDBCBadDataBehavior": "DISCARD_ROW",
    "readColsWithUnknownTzAsDates": False,
    "readSQLDateColsAsDSSDates": True,
}
FILE_TYPES = frozenset(
    (
        *("Filesystem", "UploadedFiles", "FilesInFolder", "HDFS", "S3", "Azure", "GCS", "FTP"),
        *("SCP", "SFTP"),
    )
)
CLOUD_TYPES = frozenset(("HDFS", "S3", "Azure", "GCS"))
TABLE_TYPES = frozenset(
    (
        *(
            "JDBC",
            "PostgreSQL",
            "MySQL",
            "Vertica",
            "Snowflake",
            "Redshift",
            "Greenplum",
            "Teradata",
        ),
        *("Oracle", "SQLServer", "SAPHANA", "Netezza", "BigQuery", "Athena", "hiveserver2"),
        *("Synapse", "FabricWarehouse", "Databricks", "DatabricksLakebase", "ClickHouse"),
    )
)
UPPER_CASE = frozenset(("Snowflake", "Oracle"))
"""Databases whose managed tables DSS names in upper case; it names those of others in lower case."""

_CSV: Document = {
    "style": "unix",
    "charset": "utf8",
    "separator": "\t",
    "quoteChar": '"',
    "escapeChar": "\\",
    "maxRowChars": 100000000,
    "dateSerializationFormat": "ISO",
    "arrayMapFormat": "json",
    "hiveSeparators": ["\x02", "\x03", "\x04", "\x05", "\x06", "\x07", "\b"],
    "skipRowsBeforeHeader": 0,
    "parseHeaderRow": False,
    "skipRowsAfterHeader": 0,
    "probableNumberOfRecords": 0,
    "normalizeBooleans": False,
    "normalizeDoubles": True,
    "readAdditionalColumnsBehavior": "INSERT_IN_DATA_WARNING",
    "readMissingColumnsBehavior": "DISCARD_SILENT",
    "readDataTypeMismatchBehavior": "DISCARD_WARNING",
    "writeDataTypeMismatchBehavior": "DISCARD_WARNING",
    "fileReadFailureBehavior": "FAIL",
    "compress": "",
}
_PARQUET: Document = {
    "parquetLowerCaseIdentifiers": False,
    "representsNullFields": False,
    "parquetCompressionMethod": "SNAPPY",
    "parquetFlavor": "HIVE",
    "parquetBlockSizeMB": 128,
}
_HIVE = {
    "style": "escape_only_no_quote",
    "dateSerializationFormat": "HIVE",
    "arrayMapFormat": "hive",
    "arrayItemSeparator": "\x02",
    "mapKeySeparator": "\x03",
}
FORMATS: dict[str, tuple[str, Document]] = {
    "CSV_UNIX_GZIP": ("csv", {**_CSV, "compress": "gz"}),
    "CSV_EXCEL_GZIP": ("csv", {**_CSV, "style": "excel", "compress": "gz"}),
    "CSV_EXCEL_GZIP_BIGQUERY": ("csv", {**_CSV, "style": "excel", "compress": "gz"}),
    "CSV_ESCAPING_NOGZIP_FORHIVE": ("csv", {**_CSV, **_HIVE}),
    "PARQUET_HIVE": ("parquet", _PARQUET),
    "AVRO": ("avro", {}),
    "ORC": ("orcfile", {}),
}
FORMAT_PARAMS: dict[str, Document] = {"csv": _CSV, "parquet": _PARQUET}
PREFERRED = "CSV_ESCAPING_NOGZIP_FORHIVE,CSV_EXCEL_GZIP,PARQUET_HIVE"

_DATASET: Document = {
    "type": "",
    "managed": False,
    "featureGroup": False,
    "checklists": {"checklists": []},
    "checks": [],
    "customMeta": {"kv": {}},
    "flowOptions": _FLOW,
    "readWriteOptions": {
        "preserveOrder": False,
        "writeBuckets": 1,
        "forceSingleOutputFile": False,
        "defaultReadOrdering": {"enabled": False, "rules": []},
    },
    "partitioning": PARTITIONING,
    "tags": [],
    "params": {},
    "schema": {"columns": [], "userModified": True},
    "typeSystemVersion": "V2",
    "dkuProperties": [],
    "metrics": {
        "probes": [_BASIC, _probe("records", "Record count", "NO")],
        "engineConfig": _ENGINES,
        "displayedState": {
            "columns": [],
            "metrics": [
                *("basic:COUNT_COLUMNS", "basic:COUNT_FILES", "basic:SIZE"),
                "records:COUNT_RECORDS",
            ],
        },
    },
    "metricsChecks": {"monitor": False, "checks": [], "displayedState": {"checks": []}},
    "customFields": {},
}
_RECIPE: Document = {
    "type": "",
    "neverRecomputeExistingPartitions": False,
    "customMeta": {"kv": {}},
    "redispatchPartitioning": False,
    "maxRunningActivities": 0,
    "hashPropagationBehavior": "INHERIT",
    "variables": {},
    "dkuProperties": [],
    "inputs": {},
    "outputs": {},
    "labels": [],
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}
_SCENARIO: Document = {
    "type": "step_based",
    "name": "",
    "active": False,
    "checklists": {"checklists": []},
    "delayedTriggersBehavior": {
        "delayWhileRunning": True,
        "squashDelayedTriggers": True,
        "suppressTriggersWhileRunning": True,
    },
    "tags": [],
    "triggers": [],
    "reporters": [],
    "params": {},
    "automationLocal": False,
    "customFields": {},
    "markedAsTest": False,
}
_FOLDER: Document = {
    "name": "",
    "type": "Filesystem",
    "params": {},
    "flowOptions": _FLOW,
    "metrics": {
        "probes": [_BASIC],
        "engineConfig": _ENGINES,
        "displayedState": {
            "partition": "NP",
            "columns": [],
            "metrics": ["basic:COUNT_FILES", "basic:SIZE"],
        },
    },
    "checks": {
        "runOnBuild": False,
        "checks": [],
        "displayedState": {"partition": "NP", "checks": []},
    },
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}
_ZONE: Document = {
    "name": "",
    "color": "#2ab1ac",
    "items": [],
    "shared": [],
    "position": {},
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}
_METRICS: Document = {
    "probes": [],
    "engineConfig": _ENGINES,
    "displayedState": {"partition": "NP", "columns": [], "metrics": []},
}
_MODEL: Document = {
    "needsInputDataFolder": False,
    "savedModelType": "MLFLOW_PYFUNC",
    "publishPolicy": "UNCONDITIONAL",
    "rebuildBehavior": "EXPLICIT",
    "cleanTemporaryVersionsPostJob": False,
    "name": "",
    "contentType": "prediction/mlflow",
    "activeVersion": "",
    "inlineVersions": [],
    "conditionalOutputs": [],
    "partitioning": PARTITIONING,
    "flowOptions": _FLOW,
    "metrics": _METRICS,
    "metricsChecks": {"runOnBuild": False, "checks": [], "displayedState": {"checks": []}},
    "miniTask": {"taskType": "PREDICTION"},
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}
_STORE: Document = {
    "name": "",
    "rebuildBehavior": "EXPLICIT",
    "partitioning": PARTITIONING,
    "flowOptions": _FLOW,
    "metrics": _METRICS,
    "metricsChecks": {
        "runOnBuild": False,
        "checks": [],
        "displayedState": {"partition": "NP", "checks": []},
    },
    "displayParams": {
        "alsoDisplayedLabels": [],
        "disabledMERunIds": [],
        "pinnedMetrics": [],
        "showConfidenceIntervals": True,
        "sortColumn": "refStr",
        "sortDescending": False,
        "yLabels": [],
    },
    "governSyncOptOut": False,
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}
_SOFT_HARD = {"soft": -1, "hard": -1}
_INHERIT = {"mode": "INHERIT", "preventOverride": False}
_SETTINGS: Document = {
    "flowAnchorSourcesAndSinks": True,
    "flowDisplaySettings": {
        "zonesGraphRenderingAlgorithm": "DOT_OLDRANK",
        "zonesGraphConnectZones": True,
        "zonesGraphForJobs": True,
        "respectTraversalOrder": False,
        "zonesManualPositioning": False,
    },
    "gitCommitMode": "AUTO",
    "useRemoteGit": True,
    "disableAutomaticTriggers": False,
    "integrations": {"integrations": []},
    "flowBuildSettings": {
        "mergeSparkPipelines": False,
        "pruneBeforeSparkPipelines": True,
        "mergeSqlPipelines": False,
        "pruneBeforeSqlPipelines": True,
        "defaultRecipeHashPropagationBehavior": "ENABLED",
    },
    "sharingRequestsEnabled": "INHERIT",
    "limitedVisibilityEnabled": "INHERIT",
    "accessRequestsEnabled": "INHERIT",
    "limitsSettings": {
        "memSampleBytes": _SOFT_HARD,
        "shakerMemTableBytes": _SOFT_HARD,
        "attachmentBytes": _SOFT_HARD,
    },
    "relocationSettings": {"sqlLikeRecipesInitializationMode": "RESOLVED_TABLE_REFERENCES"},
    "recipeEnginesPreferences": {
        "forbiddenEngines": [],
        "enginesPreferenceOrder": [],
        "forbiddenByRecipeType": {},
        "preferenceByRecipeType": {},
    },
    "codeEnvs": {"python": _INHERIT, "r": _INHERIT, "julia": _INHERIT},
    "container": {"containerMode": "INHERIT"},
    "containerForVisualRecipesWorkloads": {"containerMode": "INHERIT"},
    "datasetsCreationSettings": {
        "useGlobal": True,
        "preferedStorageFormats": PREFERRED,
        "virtualizable": False,
        "allowUploadsWithoutConnection": True,
    },
    "hiveEngineCreationSettings": {"useGlobal": True, "executionEngine": "HIVESERVER2"},
    "sparkEngineCreationSettings": {
        "useGlobal": True,
        "executionEngine": "SPARK_SUBMIT",
        "useGlobalMetastore": False,
    },
    "impalaEngineCreationSettings": {"useGlobal": True, "streamMode": True},
    "wikiSettings": {"promoted": False},
    "cluster": {"clusterMode": "INHERIT"},
    "k8sCluster": {"clusterMode": "INHERIT"},
    "virtualWebAppBackendSettings": _INHERIT,
    "dkuProperties": [],
}
_PROJECT: Document = {
    "dashboardAuthorizations": {"allAuthorized": False, "authorizations": []},
    "exposedObjects": {"objects": []},
    "projectType": "REGULAR",
    "projectAppType": "REGULAR",
    "hasSetupSection": False,
    "owner": "",
    "permissionsVersion": "V2",
    "permissions": [],
    "additionalDashboardUsers": {"users": []},
    "tutorialProject": False,
    "settings": _SETTINGS,
    "name": "",
    "projectStatus": "Sandbox",
    "metrics": {
        "probes": [],
        "engineConfig": _ENGINES,
        "displayedState": {"columns": [], "metrics": []},
    },
    "metricsChecks": {"runOnBuild": False, "checks": [], "displayedState": {"checks": []}},
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}
_DASHBOARD: Document = {
    "pages": [
        {
            "id": "",
            "grid": {"tiles": []},
            "show": True,
            "showTitle": False,
            "titleAlign": "CENTER",
            "titleFontColor": "#444444",
            "titleFontSize": 28,
            "enableCrossFilters": True,
            "backgroundColor": "#ffffff",
            "showFilterPanel": True,
            "filtersParams": {"panelPosition": "TOP", "engineType": "LINO"},
        }
    ],
    "owner": "",
    "listed": True,
    "name": "",
    "showGrid": False,
    "showNavigationArrows": False,
    "reloadWhenEventReceived": False,
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}
_INSTANCE: Document = {
    "maxRunningActivities": 0,
    "maxRunningActivitiesPerJob": 5,
    "mailSettings": {},
    "ldapSettings": {"enabled": False},
    "ssoSettings": {"enabled": False},
    "azureADSettings": {"enabled": False},
    "impersonation": {"enabled": False, "userRules": [], "groupRules": []},
    "containerSettings": {"executionConfigs": []},
    "sparkSettings": {"executionConfigs": []},
    "defaultK8sClusterId": "",
    "noLoginMode": False,
    "sessionsMaxTotalTimeMinutes": 0,
    "sessionsMaxIdleTimeMinutes": 0,
    "security": {"hideVersionStringsWhenNotLogged": False, "secureAPIKeysEnabled": True},
    "audit": {"topics": []},
    "proxySettings": {"port": 0},
    "limits": {},
    "udr": True,
    "studioMailAddress": "",
    "studioExternalUrl": "",
    "personalHomePages": {},
    "projectStatusList": [],
    "globalTagsCategories": [],
    "dssServerSettings": {},
}
_INSIGHT: Document = {
    "type": "",
    "params": {},
    "owner": "",
    "listed": False,
    "name": "",
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}
_WEB_APP: Document = {
    "type": "",
    "hasLegacyBackendURL": False,
    "params": {},
    "config": {},
    "name": "",
    "tags": [],
    "checklists": {"checklists": []},
    "customFields": {},
    "isVirtual": False,
}
_ARTICLE: Document = {
    "name": "",
    "layout": "WIKI_ARTICLE",
    "attachments": [],
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}
_SQL_NOTEBOOK: Document = {
    "connection": "",
    "name": "",
    "cells": [],
    "automationLocal": False,
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}
_BACKEND: Document = {
    "containerSelection": {"containerMode": "INHERIT"},
    "overrideGlobalK8sExposition": False,
    "exposition": {"type": "local_process", "params": {}},
    "scaling": {
        "initialReplicas": 1,
        "hpa": False,
        "hpaTargetCPUPercent": 0,
        "hpaMetrics": [],
        "hpaMinPods": 0,
        "hpaMaxPods": 0,
        "hpaAnnotations": [],
        "progressDeadlineSeconds": 600,
    },
    "deploymentModifier": {},
}
_PAGES: Document = {
    "backendEnabled": False,
    "enableJavascriptModules": False,
    "autoStartBackend": False,
    "hideJSSecurityPanel": False,
    "envSelection": {"envMode": "INHERIT"},
    "nbProcesses": 1,
    "backendAPIAccessEnabled": False,
    "libraries": ["jquery", "dataiku"],
    "infra": _BACKEND,
    "forceAuthentication": False,
}
_SCRIPT: Document = {
    "autoStartBackend": False,
    "envSelection": {"envMode": "INHERIT"},
    "nbProcesses": 1,
    "infra": _BACKEND,
    "forceAuthentication": False,
}
_SHINY = {key: value for key, value in _SCRIPT.items() if key != "nbProcesses"}
_STREAM: Document = {
    "type": "",
    "params": {},
    "schema": {"columns": [], "userModified": True},
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}
_API_SERVICE: Document = {
    "name": "",
    "endpoints": [],
    "authMethod": "PUBLIC",
    "authRealm": {"queryKeys": []},
    "oauth2Config": {},
    "deploymentMonitoring": [],
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}
_ANALYSIS: Document = {
    "inputDatasetSmartName": "",
    "script": {"steps": [], "explorationFilters": [], "previewMode": "ALL_ROWS"},
    "charts": [],
    "name": "",
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}
_KNOWLEDGE_BANK: Document = {
    "name": "",
    "retrieverType": "VECTOR_STORE_BACKED",
    "rebuildBehavior": "EXPLICIT",
    "vectorStoreType": "CHROMA",
    "embeddingLLMId": "",
    "envSelection": {"envMode": "INHERIT"},
    "containerExecSelection": {"containerMode": "INHERIT"},
    "llmsExposedWith": [],
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}
_AGENT_TOOL: Document = {
    "name": "",
    "type": "",
    "params": {},
    "quickTestQuery": {},
    "dkuProperties": [],
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}
QUERY_SETTINGS: Document = {
    "addLimitToStatement": True,
    "statementsOutOfTransaction": False,
    "inheritConf": "default",
    "extraConf": [],
    "addDkuUdf": False,
    "statementsParseMode": "SPLIT",
    "statementsExecutionMode": "PREPARED",
}
EXTERNAL_LIBRARIES: Document = {
    "gitReferences": {},
    "pythonPath": ["python"],
    "rsrcPath": ["R"],
    "importLibrariesFromProjects": [],
}
PERMISSION: Document = dict.fromkeys(
    (
        *("admin", "readProjectContent", "writeProjectContent", "exportDatasetsData"),
        *("readDashboards", "writeDashboards", "moderateDashboards", "runScenarios"),
        *("manageDashboardAuthorizations", "manageExposedElements"),
        *("manageAdditionalDashboardUsers", "executeApp", "publishToDataCollections"),
        "shareToWorkspaces",
    ),
    False,
)

_FRESH = {
    name: json.dumps(document)
    for name, document in {
        "dataset": _DATASET,
        "recipe": _RECIPE,
        "scenario": _SCENARIO,
        "folder": _FOLDER,
        "zone": _ZONE,
        "model": _MODEL,
        "store": _STORE,
        "project": _PROJECT,
        "instance": _INSTANCE,
        "dashboard": _DASHBOARD,
        "insight": _INSIGHT,
        "web app": _WEB_APP,
        "article": _ARTICLE,
        "SQL notebook": _SQL_NOTEBOOK,
        "streaming endpoint": _STREAM,
        "API service": _API_SERVICE,
        "analysis": _ANALYSIS,
        "knowledge bank": _KNOWLEDGE_BANK,
        "agent tool": _AGENT_TOOL,
        "STANDARD": _PAGES,
        "DASH": {**_SCRIPT, "serveLocally": True},
        "BOKEH": _SCRIPT,
        "STREAMLIT": _SCRIPT,
        "SHINY": _SHINY,
    }.items()
}


def fresh(kind: str, /, **values: Any) -> Document:
    """Return the document of a fresh object, with these values in it."""
    document: Document = json.loads(_FRESH[kind])
    document.update(values)
    return document


def connection(name: str, kind: str) -> Document:
    """Return the document of a connection."""
    params: Document = {}
    if kind in ("EC2", "GCS", "Azure"):
        params = {"defaultManagedBucket": f"{name}-bucket", "defaultManagedPath": "/dataiku"}
    elif kind == "Filesystem":
        params = {"root": f"${{dip.home}}/{name.replace('filesystem_managed', 'managed_datasets')}"}
    return {
        "name": name,
        "type": kind,
        "params": params,
        "allowWrite": True,
        "allowManagedDatasets": True,
        "allowManagedFolders": True,
        "usableBy": "ALL",
        "allowedGroups": [],
        "detailsReadability": {"readableBy": "NONE", "allowedGroups": []},
        "credentialsMode": "GLOBAL",
        "maxActivities": 0,
        "useGlobalProxy": False,
        "indexingSettings": {"indexForeignKeys": False, "indexIndices": False},
    }


def code_env(name: str, language: str) -> Document:
    """Return the document of a code environment."""
    return {
        "envName": name,
        "envLang": language,
        "deploymentMode": "DESIGN_MANAGED",
        "owner": "admin",
        "usableByAll": True,
        "allContainerConfs": True,
        "containerConfs": [],
        "permissions": [],
        "specPackageList": "",
        "actualPackageList": "",
        "desc": {
            "pythonInterpreter": "PYTHON311",
            "conda": False,
            "installCorePackages": True,
            "corePackagesSet": "PANDAS23",
            "installJupyterSupport": True,
        },
    }


def user(login: str, groups: list[str]) -> Document:
    """Return the document of a user."""
    return {
        "login": login,
        "sourceType": "LOCAL",
        "displayName": login,
        "groups": groups,
        "email": f"{login}@example.com",
        "userProfile": "DESIGNER",
        "enabled": True,
        "creationDate": 0,
    }


_MAY = (
    *("CreateProjects", "CreateProjectsFromMacros", "CreateProjectsFromTemplates"),
    *("CreateProjectsFromDataikuApps", "WriteInRootProjectFolder", "CreateWorkspaces"),
    *("ShareToWorkspaces", "CreateDataCollections", "PublishToDataCollections"),
    *("CreateActiveWebContent", "WriteSafeCode", "WriteUnsafeCode", "ManageUDM"),
    *("CreateAuthenticatedConnections", "ViewIndexedHiveConnections", "CreateCodeEnvs"),
    *("ManageCodeEnvs", "CreateClusters", "ManageClusters", "CreateCodeStudioTemplates"),
    *("ManageCodeStudioTemplates", "DevelopPlugins", "EditLibFolders", "ManageFeatureStore"),
    *("CreatePublishedAPIServices", "CreatePublishedProjects"),
)
_ALL_MAY = ("CreateProjects", "WriteInRootProjectFolder")


def group(name: str) -> Document:
    """Return the document of a group."""
    admin = name == "administrators"
    return {
        "name": name,
        "description": "",
        "sourceType": "LOCAL",
        "admin": admin,
        **{f"may{each}": admin or each in _ALL_MAY for each in _MAY},
        "ldapGroupNames": [],
    }
