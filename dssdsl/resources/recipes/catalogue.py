"""
What is known of DSS's types of recipes: their roles, and the keys of the payloads of visual ones.

A newer DSS can have more of everything, so what is missing here is a warning, unless it is nearly a known word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

MAIN = ("main",)
_BEFORE = ("preFilter", "computedColumns", "engineParams", "engineType", "enlargeYourBits")
_NAMES = ("outputColumnNameOverrides", "postFilter")
_RANKS = ("rowNumber", "rank", "denseRank")


@frozen
class Known:
    """
    A type of recipe.

    Attributes:
        inputs: The roles of its inputs.
        outputs: The roles of its outputs.
        payload: The keys of its payload; none if they are not listed here.
    """

    inputs: tuple[str, ...] = MAIN
    outputs: tuple[str, ...] = MAIN
    payload: tuple[str, ...] = ()


_CODE = Known()
_WITH_MODEL = Known(inputs=("main", "model"))
_EVALUATION = Known(inputs=("main", "model"), outputs=("main", "metrics", "evaluationStore"))
_TRAINING = Known(inputs=("main", "test"))
_TEXT = Known(inputs=("main", "model"))

RECIPES: Mapping[str, Known] = {
    **dict.fromkeys(
        (
            "python", "r", "sql_query", "sql_script", "shell", "pyspark", "sparkr", "spark_scala", "spark_sql_query",
            "hive", "impala", "pig", "cpython", "ksql", "streaming_python", "streaming_spark_scala",
        ),
        _CODE,
    ),
    "shaker": Known(inputs=("main", "scriptDeps")),
    "sync": Known(),
    "csync": Known(),
    "sampling": Known(payload=("enabled", "distinct", "uiData", "expression")),
    "split": Known(
        payload=(
            *_BEFORE, "mode", "column", "defaultOutputIndex", "writeComputedColumnsInOutput", "seed", "valueSplits",
            "filterSplits", "randomSplits", "randomColumns", "randomColumnsSplits", "rangeSplits", "rangeSetTime",
            "centileOrders", "centileShuffle", "centileSplits", "centileTDigest",
        )
    ),
    "grouping": Known(payload=(*_BEFORE, *_NAMES, "keys", "values", "globalCount")),
    "window": Known(
        payload=(
            *_BEFORE, *_NAMES, *_RANKS, "keys", "values", "windows", "cumeDist", "ntile", "ntileValues",
            "legacyUnboundedWindowStreamBehavior", "retrievedColumns", "retrievedColumnsSelectionMode",
        )
    ),
    "join": Known(
        outputs=("main", "unmatchedLeft", "unmatchedRight"),
        payload=(
            *_BEFORE, *_NAMES, "virtualInputs", "joins", "selectedColumns", "resolvedSelectedColumns",
            "enableAutoCastInJoinConditions",
        ),
    ),
    "fuzzyjoin": Known(
        payload=(*_BEFORE, *_NAMES, "virtualInputs", "joins", "selectedColumns", "withMetaColumn", "debugMode")
    ),
    "geojoin": Known(),
    "vstack": Known(
        payload=(
            *_BEFORE, *_NAMES, "mode", "virtualInputs", "selectedColumns", "addOriginColumn", "originColumnName",
            "copySchemaFromDatasetWithName",
        )
    ),
    "topn": Known(
        payload=(
            *_BEFORE, *_NAMES, *_RANKS, "topN", "firstRows", "lastRows", "keys", "orders", "duplicateCount",
            "retrievedColumns", "retrievedColumnsSelectionMode",
        )
    ),
    "sort": Known(payload=(*_BEFORE, *_NAMES, *_RANKS, "orders")),
    "distinct": Known(payload=(*_BEFORE, *_NAMES, "keys", "globalCount", "selectAllColumns")),
    "pivot": Known(
        payload=(
            *_BEFORE, *_NAMES, "pivots", "identifierColumnsSelection", "explicitIdentifiers", "otherColumns", "customAggregates",
            "schemaComputation", "modalitySlugification", "modalityMaxLength", "sortModalities",
        )
    ),
    **dict.fromkeys(
        (
            "update", "upsert", "export", "download", "merge_folder", "list_folder_contents", "generate_features",
            "extract_failed_rows",
        ),
        Known(),
    ),
    "prediction_training": _TRAINING,
    "clustering_training": _TRAINING,
    "clustering_cluster": _WITH_MODEL,
    "prediction_scoring": _WITH_MODEL,
    "clustering_scoring": _WITH_MODEL,
    "evaluation": _EVALUATION,
    "nlp_llm_evaluation": _EVALUATION,
    "nlp_agent_evaluation": _EVALUATION,
    "standalone_evaluation": Known(inputs=("main", "reference")),
    "prompt": _TEXT,
    "nlp_llm_summarization": _TEXT,
    "nlp_llm_rag_embedding": Known(outputs=("main", "knowledge_bank")),
    "embed_documents": Known(outputs=("main", "knowledge_bank", "images")),
    "extract_content": Known(outputs=("main", "images")),
    "extract_fields": Known(),
}  # fmt: skip
"""By DSS's type."""

UI_NAMES = {
    "prepare": "shaker",
    "group": "grouping",
    "stack": "vstack",
    "fuzzy_join": "fuzzyjoin",
    "top_n": "topn",
}
"""What DSS's pages call a type that has another name in the API."""

PLUGIN = "CustomCode_"
"""How the types of recipes of plugins begin; these have roles of their own."""


def roles(kind: str, side: str) -> tuple[str, ...]:
    """The roles that recipes of a type have on a side, ``inputs`` or ``outputs``; none if the type is not known."""
    known = RECIPES.get(kind)
    return () if known is None else tuple(getattr(known, side))


def unknown_keys(kind: str, payload: Mapping[str, object]) -> Iterator[str]:
    """Yield the keys of a payload that no recipe of a type is known to have."""
    known = RECIPES.get(kind)
    if known is None or not known.payload:
        return
    for key in payload:
        if key not in known.payload and not key.startswith("$"):
            yield key
