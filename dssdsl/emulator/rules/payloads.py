"""The settings of new visual recipes, which DSS guesses from the inputs."""

from __future__ import annotations

from typing import Any

from dssdsl.emulator.documents import Document, copied

Columns = list[Document]

_OFF: Document = {"distinct": False, "enabled": False}
_SPARK: Document = {
    "skipPrerunValidate": False,
    "pipelineAllowMerge": True,
    "useGlobalMetastore": False,
    "pipelineAllowStart": True,
    "readParams": {"mode": "AUTO", "autoModeRepartitionInto": 10, "map": {}},
    "overwriteOutputSchema": False,
    "executionEngine": "SPARK_SUBMIT",
    "sparkConfig": {"inheritConf": "default", "conf": []},
}
ENGINES: Document = {
    "hive": {
        "skipPrerunValidate": False,
        "hiveconf": [],
        "inheritConf": "default",
        "addDkuUdf": False,
        "executionEngine": "HIVESERVER2",
    },
    "sqlPipelineParams": {"pipelineAllowMerge": True, "pipelineAllowStart": True},
    "impala": {"forceStreamMode": True},
    "containerSelection": {"containerMode": "INHERIT"},
    "lowerCaseSchemaIfEngineRequiresIt": True,
    "sparkSQL": _SPARK,
}
_SHAKER_SPARK = {**_SPARK, "useNativeProcessors": True}
del _SHAKER_SPARK["overwriteOutputSchema"]
_SAMPLING: Document = {
    "filter": _OFF,
    "latestPartitionsN": 1,
    "maxRecords": -1,
    "ordering": {"enabled": False, "rules": []},
    "withinFirstN": -1,
    "partitionSelectionMethod": "ALL",
    "targetRatio": 0.02,
    "maxReadUncompressedBytes": -1,
    "samplingMethod": "FULL",
    "ascending": True,
    "useMemTable": False,
}
_SHAKER: Document = {
    "columnsSelection": {"mode": "ALL"},
    "explorationSampling": {
        "selection": {**_SAMPLING, "maxRecords": 10000, "samplingMethod": "HEAD_SEQUENTIAL"},
        "autoRefreshSample": False,
        "_refreshTrigger": 0,
    },
    "vizSampling": {"selection": _SAMPLING, "autoRefreshSample": False, "_refreshTrigger": 0},
    "explorationFilters": [],
    "columnOrder": [],
    "columnUseScientificNotationByName": {},
    "exploreUIParams": {"autoRefresh": True},
    "steps": [],
    "maxProcessedMemTableBytes": -1,
    "previewMode": "ALL_ROWS",
    "analysisColumnData": {},
    "columnWidthsByName": {},
    "sorting": [],
    "globalSearchQuery": "",
    "coloring": {"scheme": "MEANING_AND_STATUS", "individualColumns": []},
}
_CODE: Document = {
    "envSelection": {"envMode": "INHERIT"},
    "containerSelection": {"containerMode": "INHERIT"},
    "skipPrerunValidate": False,
}
PARAMS: dict[str, Document] = {
    "python": _CODE,
    "r": _CODE,
    "pyspark": {**_CODE, "sparkConfig": {"inheritConf": "default", "conf": []}},
    "sync": {
        "schemaMode": "STRICT_SYNC",
        "forcePipelineableForTests": False,
        "engineParams": {
            "maxThreads": 4,
            "tdchParams": {"splitMode": "DEFAULT", "numberOfExecutors": 2},
            "synapseParams": {"usePolybase": False},
            **ENGINES,
            "lowerCaseSchemaIfEngineRequiresIt": False,
        },
    },
    "shaker": {
        "engineParams": {
            "spark": _SHAKER_SPARK,
            "hive": ENGINES["hive"],
            "impala": ENGINES["impala"],
            "hadoopConfigKeys": [],
            "sqlPipelineParams": ENGINES["sqlPipelineParams"],
            "maxThreads": 8,
            "containerSelection": {"containerMode": "INHERIT"},
        }
    },
    "sampling": {
        "selection": _SAMPLING,
        "engineParams": {
            **ENGINES,
            "dssEngineMaxThreads": 4,
            "lowerCaseSchemaIfEngineRequiresIt": False,
        },
    },
    "sql_query": {"useGlobalMetastore": False, "skipPrerunValidate": False},
    "sql_script": {"useGlobalMetastore": False, "skipPrerunValidate": False},
    "shell": {"command": "sh"},
    "prediction_scoring": {},
    "clustering_scoring": {},
    "evaluation": {},
    "export": {},
    "download": {},
    "prompt": {},
    "list_folder_contents": {},
    "merge_folder": {},
    "update": {},
}
"""Parameters of a new recipe by type. All other types have no parameters, only a payload."""

_AGGREGATES = (
    *("sum", "sum2", "avg", "min", "max", "count", "countDistinct", "median", "stddev", "first"),
    *("last", "firstLastNotNull", "concat", "concatDistinct"),
)
_BRANCHES = dict.fromkeys(("rank", "denseRank", "rowNumber"), False)


def params(recipe_type: str) -> Document | None:
    """Return the parameters of a new recipe, or None if its type has none."""
    if recipe_type.startswith("CustomCode_"):
        return {"customConfig": {}, **copied(_CODE)}
    found = PARAMS.get(recipe_type)
    return None if found is None else copied(found)


def fresh(
    recipe_type: str, inputs: list[tuple[str, Columns]], settings: Document
) -> Document | None:
    """
    Return the payload of a new visual recipe.

    Args:
        recipe_type: DSS's name of the type.

        inputs: Name and columns of each input, in order.

        settings: The creation settings, such as the column to group by.

    Returns:
        The payload; None for a type whose payload is empty at first.
    """
    columns = [each["name"] for each in inputs[0][1]] if inputs else []
    build: Any = _BUILDERS.get(recipe_type)
    return None if build is None else copied(build(inputs, columns, settings))


def _grouping(_: Any, columns: list[str], settings: Document) -> Document:
    key = settings.get("groupKey")
    values = [
        {"column": each, **dict.fromkeys(_AGGREGATES, False)} for each in columns if each != key
    ]
    return {
        "keys": [{"column": key}] if key else [],
        "values": values,
        "globalCount": True,
        "preFilter": _OFF,
        "postFilter": _OFF,
        "computedColumns": [],
        "enlargeYourBits": True,
        "selectAllColumns": False,
        "engineParams": ENGINES,
    }


def _join(inputs: list[tuple[str, Columns]], _: list[str], __: Document) -> Document:
    joins, chosen = [], []
    names: set[str] = set()
    for index, (_label, columns) in enumerate(inputs):
        here = [each["name"] for each in columns]
        if index:
            first = [each["name"] for each in inputs[0][1]]
            on = [
                {
                    "column1": {"name": each, "table": 0},
                    "column2": {"name": each, "table": index},
                    "type": "EQ",
                    "caseInsensitive": False,
                    "normalizeText": False,
                    "maxDistance": 0,
                    "maxMatches": 1,
                    "strict": False,
                    "dateDiffUnit": "DAY",
                }
                for each in here
                if each in first
            ]
            joins.append(
                {
                    "table1": 0,
                    "table2": index,
                    "conditionsMode": "AND",
                    "type": "LEFT",
                    "outerJoinOnTheLeft": True,
                    "on": on[:1],
                }
            )
        chosen += [{"name": each, "table": index} for each in here if each not in names]
        names.update(here)
    virtual = [
        {
            "index": index,
            "originLabel": label,
            "outputColumnsSelectionMode": "AUTO_NON_CONFLICTING",
            "preFilter": _OFF,
            "computedColumns": [],
        }
        for index, (label, _columns) in enumerate(inputs)
    ]
    return {
        "joins": joins,
        "selectedColumns": chosen,
        "resolvedSelectedColumns": [],
        "virtualInputs": virtual,
        "postFilter": _OFF,
        "enableAutoCastInJoinConditions": False,
        "engineParams": ENGINES,
    }


def _vstack(inputs: list[tuple[str, Columns]], _: list[str], __: Document) -> Document:
    virtual = [
        {"index": index, "originLabel": label, "preFilter": _OFF}
        for index, (label, _columns) in enumerate(inputs)
    ]
    return {
        "mode": "UNION",
        "originColumnName": "original_dataset",
        "addOriginColumn": False,
        "virtualInputs": virtual,
        "postFilter": _OFF,
        "engineParams": ENGINES,
    }


def _window(_: Any, columns: list[str], __: Document) -> Document:
    flags = dict.fromkeys(
        (
            *("sum", "avg", "min", "max", "count", "stddev", "first", "last", "concat"),
            *("concatDistinct", "lag", "lead", "lagDiff", "leadDiff"),
        ),
        False,
    )
    settings = {"lagValues": "1", "leadValues": "1", "dateDiffUnit": "DAY"}
    window = {
        **dict.fromkeys(("enablePartitioning", "enableOrdering", "enableLimits"), False),
        **dict.fromkeys(("limitPreceding", "limitFollowing"), False),
        "precedingRows": 0,
        "followingRows": 0,
        "windowLowerBound": 0.0,
        "windowUpperBound": 0.0,
        "orders": [],
    }
    return {
        "windows": [window],
        "values": [{"column": each, "value": True, **flags, **settings} for each in columns],
        **dict.fromkeys(("rowNumber", "rank", "denseRank", "cumeDist", "ntile"), False),
        "ntileValues": "10",
        "retrievedColumnsSelectionMode": "ALL",
        "legacyUnboundedWindowStreamBehavior": False,
        "computedColumns": [],
        "preFilter": _OFF,
        "postFilter": _OFF,
        "engineParams": ENGINES,
    }


def _topn(_: Any, __: list[str], ___: Document) -> Document:
    return {
        "firstRows": 1,
        "lastRows": 0,
        "keys": [],
        "orders": [],
        "retrievedColumnsSelectionMode": "ALL",
        "retrievedColumns": [],
        "computedColumns": [],
        "duplicateCount": False,
        **_BRANCHES,
        "outputColumnNameOverrides": {},
        "preFilter": _OFF,
        "engineParams": ENGINES,
    }


def _sort(_: Any, __: list[str], ___: Document) -> Document:
    return {
        "orders": [],
        **_BRANCHES,
        "computedColumns": [],
        "outputColumnNameOverrides": {},
        "preFilter": _OFF,
        "engineParams": ENGINES,
    }


def _distinct(_: Any, columns: list[str], __: Document) -> Document:
    return {
        "keys": [{"column": each} for each in columns],
        "globalCount": False,
        "outputColumnNameOverrides": {},
        "preFilter": _OFF,
        "postFilter": _OFF,
        "engineParams": ENGINES,
    }


def _split(_: Any, __: list[str], ___: Document) -> Document:
    conditions = {**_OFF, "uiData": {"mode": "&&", "conditions": []}}
    share = {"outputIndex": 0, "share": 50.0}
    return {
        "valueSplits": [{"outputIndex": 0}],
        "rangeSplits": [{"outputIndex": 0}],
        "filterSplits": [{"outputIndex": 0, "filter": conditions}],
        "randomSplits": [share],
        "randomColumnsSplits": [share],
        "centileSplits": [share],
        "defaultOutputIndex": 1,
        "seed": 1337,
        "randomColumns": [],
        "centileOrders": [],
        **dict.fromkeys(("centileShuffle", "centileTDigest", "rangeSetTime"), False),
        "writeComputedColumnsInOutput": False,
        "computedColumns": [],
        "preFilter": _OFF,
        "engineParams": ENGINES,
    }


def _pivot(_: Any, __: list[str], ___: Document) -> Document:
    return {
        "pivots": [],
        "identifierColumnsSelection": "EXPLICIT",
        "explicitIdentifiers": [],
        "otherColumns": [],
        "schemaComputation": "ALWAYS",
        "modalitySlugification": "NONE",
        "modalityMaxLength": 100,
        "preFilter": _OFF,
        "computedColumns": [],
        "engineParams": ENGINES,
    }


_BUILDERS = {
    "grouping": _grouping,
    "join": _join,
    "vstack": _vstack,
    "window": _window,
    "topn": _topn,
    "sort": _sort,
    "distinct": _distinct,
    "split": _split,
    "pivot": _pivot,
    "sampling": lambda *_: _OFF,
    "sync": lambda *_: {},
    "shaker": lambda *_: _SHAKER,
    "prompt": lambda _inputs, _columns, settings: {
        "prompt": {},
        "rawQueryOutputMode": "RAW",
        "rawResponseOutputMode": "RAW_WITHOUT_TRACES",
        "completionSettings": {"stopSequences": []},
        **(settings.get("initialPayload") or {}),
    },
}
