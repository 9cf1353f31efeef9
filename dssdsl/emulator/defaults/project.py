"""New projects."""

from __future__ import annotations

from dssdsl.emulator.documents import Document

from .parts import BACKEND, ENGINES
from .storage import PREFERRED

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
    "virtualWebAppBackendSettings": {
        **_INHERIT,
        "infra": {**BACKEND, "deploymentModifier": {"config": {}}},
    },
    "dkuProperties": [],
}

PROJECT: Document = {
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
        "engineConfig": ENGINES,
        "displayedState": {"columns": [], "metrics": []},
    },
    "metricsChecks": {"runOnBuild": False, "checks": [], "displayedState": {"checks": []}},
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
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
