"""New objects of the Flow."""

from __future__ import annotations

from dssdsl.emulator.documents import Document

from .parts import BASIC, ENGINES, FLOW, METRICS, PARTITIONING, probe

DATASET: Document = {
    "type": "",
    "managed": False,
    "featureGroup": False,
    "checklists": {"checklists": []},
    "checks": [],
    "customMeta": {"kv": {}},
    "flowOptions": FLOW,
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
        "probes": [BASIC, probe("records", "Record count", "NO")],
        "engineConfig": ENGINES,
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

RECIPE: Document = {
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

SCENARIO: Document = {
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

FOLDER: Document = {
    "name": "",
    "type": "Filesystem",
    "params": {},
    "flowOptions": FLOW,
    "metrics": {
        "probes": [BASIC],
        "engineConfig": ENGINES,
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

ZONE: Document = {
    "name": "",
    "color": "#2ab1ac",
    "items": [],
    "shared": [],
    "position": {},
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}

MODEL: Document = {
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
    "flowOptions": FLOW,
    "metrics": METRICS,
    "metricsChecks": {"runOnBuild": False, "checks": [], "displayedState": {"checks": []}},
    "miniTask": {"taskType": "PREDICTION"},
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}

STORE: Document = {
    "name": "",
    "rebuildBehavior": "EXPLICIT",
    "partitioning": PARTITIONING,
    "flowOptions": FLOW,
    "metrics": METRICS,
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

STREAM: Document = {
    "type": "",
    "params": {},
    "schema": {"columns": [], "userModified": True},
    "tags": [],
    "customFields": {},
    "checklists": {"checklists": []},
}

KNOWLEDGE_BANK: Document = {
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
