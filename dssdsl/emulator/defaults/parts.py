"""Parts that several kinds of new objects share."""

from __future__ import annotations

from dssdsl.emulator.documents import Document

SELECTION: Document = {
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

ENGINES: Document = {
    "padRunsWithMetrics": False,
    "hive": {"active": True, "extraConf": []},
    "basic": {},
    "dss": {"active": True, "selection": SELECTION},
    "sql": {"active": True},
    "impala": {"active": True},
    "spark": {"active": True, "extraConf": []},
    "python": {},
}


def probe(kind: str, name: str, mode: str) -> Document:
    meta = {"name": name, "level": 0}
    return {
        "type": kind,
        "enabled": True,
        "computeOnBuildMode": mode,
        "meta": meta,
        "configuration": {},
    }


BASIC = probe("basic", "Basic data", "PARTITION")

FLOW: Document = {
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

METRICS: Document = {
    "probes": [],
    "engineConfig": ENGINES,
    "displayedState": {"partition": "NP", "columns": [], "metrics": []},
}
BACKEND: Document = {
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
"""Where a web app's code runs."""
