"""The kinds of objects in a project: their folders and files, and the order of their keys on disk."""

from __future__ import annotations

from attrs import frozen

_TAIL = ("creationTag", "description", "shortDesc", "tags", "customFields", "checklists")


@frozen(eq=False)
class Kind:
    """One kind of object, such as datasets."""

    type: str
    """DSS's name of the kind, as in items of zones and version tags."""

    folder: str
    """The folder in the project with one JSON file for each object."""

    noun: str
    """The word in DSS's messages."""

    key: str
    """The field of the API's document that has the file name."""

    order: tuple[str, ...] = ()
    """Top-level keys that DSS knows, in the order in which it writes them. Empty: it keeps any key."""

    size: int = 0
    """Length of the generated ids; 0 if the user chooses the name."""

    versioned: bool = True
    """Whether DSS counts its versions."""

    file: str = ".json"
    """The rest of the file's path after the name."""

    def path(self, name: str) -> str:
        """Return the path of an object's file in the project."""
        return f"{self.folder}/{name}{self.file}"


DATASET = Kind(
    "DATASET",
    "datasets",
    "dataset",
    "name",
    (
        *("type", "managed", "featureGroup", "description", "shortDesc", "formatType"),
        *("checklists", "checks", "customMeta", "flowOptions", "readWriteOptions", "formatParams"),
        *("partitioning", "versionTag", "creationTag", "tags", "params", "schema"),
        *("typeSystemVersion", "dkuProperties", "metrics", "metricsChecks", "customFields"),
        *("dataSteward",),
    ),
)
RECIPE = Kind(
    "RECIPE",
    "recipes",
    "recipe",
    "name",
    (
        *("type", "neverRecomputeExistingPartitions", "optionalDependencies", "params"),
        *("customMeta", "redispatchPartitioning", "maxRunningActivities"),
        *("hashPropagationBehavior", "variables", "dkuProperties", "inputs", "outputs", "labels"),
        *("versionTag", *_TAIL),
    ),
)
SCENARIO = Kind(
    "SCENARIO",
    "scenarios",
    "scenario",
    "id",
    (
        *("type", "name", "active", "runAsUser", "creationTag", "versionTag", "checklists"),
        *("delayedTriggersBehavior", "description", "shortDesc", "tags", "triggers", "reporters"),
        *("params", "automationLocal", "customFields", "markedAsTest"),
    ),
)
ZONE = Kind(
    "FLOW_ZONE",
    "zones",
    "flow zone",
    "id",
    (
        *("name", "color", "items", "shared", "position", "description", "shortDesc", "tags"),
        *("customFields", "checklists"),
    ),
    size=7,
    versioned=False,
)
MANAGED_FOLDER = Kind(
    "MANAGED_FOLDER",
    "managed_folders",
    "managed folder",
    "id",
    (
        *("name", "type", "params", "partitioning", "flowOptions", "metrics", "checks"),
        *("metricsChecks", "versionTag", *_TAIL),
    ),
    size=8,
)
SAVED_MODEL = Kind("SAVED_MODEL", "saved_models", "saved model", "id", size=8)
EVALUATION_STORE = Kind(
    "MODEL_EVALUATION_STORE", "model_evaluation_stores", "model evaluation store", "id", size=8
)
DASHBOARD = Kind(
    "DASHBOARD",
    "dashboards",
    "dashboard",
    "id",
    (
        *("pages", "owner", "listed", "name", "theme", "showGrid", "columnNumber"),
        *("showNavigationArrows", "circularNavigation", "reloadWhenEventReceived", "tileSpacing"),
        *("autoStackUp", "pageSectionSettings", "versionTag", *_TAIL),
    ),
    size=7,
)
INSIGHT = Kind(
    "INSIGHT",
    "insights",
    "insight",
    "id",
    ("type", "params", "owner", "listed", "name", "dashboardCreationId", "versionTag", *_TAIL),
    size=7,
)
WEB_APP = Kind(
    "WEB_APP",
    "web_apps",
    "web app",
    "id",
    (
        *("type", "hasLegacyBackendURL", "params", "config", "name", "apiKey", "versionTag"),
        *("creationTag", "description", "shortDesc", "tags", "checklists", "customFields"),
        "isVirtual",
    ),
    size=7,
)
ARTICLE = Kind(
    "ARTICLE",
    "wiki/articles",
    "article",
    "id",
    ("name", "layout", "attachments", "versionTag", *_TAIL),
)
SQL_NOTEBOOK = Kind(
    "SQL_NOTEBOOK",
    "notebooks/sql",
    "SQL notebook",
    "id",
    (
        *("analyzedDataset", "connection", "name", "recipeId", "cells", "automationLocal"),
        *("versionTag", *_TAIL),
    ),
    size=7,
    file="/params.json",
)
STREAMING_ENDPOINT = Kind(
    "STREAMING_ENDPOINT",
    "streaming_endpoints",
    "streaming endpoint",
    "id",
    ("type", "managed", "params", "schema", "formatType", "formatParams", "versionTag", *_TAIL),
)
API_SERVICE = Kind(
    "LAMBDA_SERVICE",
    "lambda_services",
    "API service",
    "id",
    (
        *("name", "endpoints", "authMethod", "publicAccess", "authRealm", "oauth2Config"),
        *("deploymentMonitoring", "versionTag", *_TAIL),
    ),
)
ANALYSIS = Kind(
    "ANALYSIS",
    "analysis",
    "analysis",
    "id",
    (
        *("inputDatasetSmartName", "script", "charts", "name", "customMeasures"),
        *("reusableDimensions", "versionTag", *_TAIL),
    ),
    size=8,
    file="/core_params.json",
)
KNOWLEDGE_BANK = Kind(
    "RETRIEVABLE_KNOWLEDGE",
    "knowledge-banks",
    "knowledge bank",
    "id",
    (
        *("name", "retrieverType", "rebuildBehavior", "vectorStoreType", "connection"),
        *("indexName", "embeddingLLMId", "sourceIdColumn", "metadataColumnsSchema"),
        *("envSelection", "containerExecSelection", "managedFolderId", "multimodalColumn"),
        *("managed", "columnMapping", "vectorIndexType", "llmsExposedWith", "versionTag", *_TAIL),
    ),
    size=8,
)
AGENT_TOOL = Kind(
    "AGENT_TOOL",
    "agent-tools",
    "agent tool",
    "id",
    (
        *("name", "type", "params", "quickTestQuery", "dkuProperties"),
        *("additionalDescriptionForLLM", "versionTag", *_TAIL),
    ),
    size=7,
)
STATISTICS_WORKSHEET = Kind(
    "STATISTICS_WORKSHEET",
    "statistics_worksheets",
    "statistics worksheet",
    "id",
    ("dataSpec", "rootCard", "name", "versionTag", *_TAIL),
    size=10,
)
MODEL_COMPARISON = Kind(
    "MODEL_COMPARISON",
    "model_comparisons",
    "model comparison",
    "id",
    (
        *("displayName", "predictionType", "modelTaskType", "comparedModels", "displayParams"),
        *("versionTag", *_TAIL),
    ),
    size=8,
)
CODE_STUDIO = Kind("CODE_STUDIO", "code_studios", "code studio", "id", size=7)

KINDS = (
    DATASET,
    RECIPE,
    SCENARIO,
    ZONE,
    MANAGED_FOLDER,
    SAVED_MODEL,
    EVALUATION_STORE,
    DASHBOARD,
    INSIGHT,
    WEB_APP,
    ARTICLE,
    SQL_NOTEBOOK,
    STREAMING_ENDPOINT,
    API_SERVICE,
    ANALYSIS,
    KNOWLEDGE_BANK,
    AGENT_TOOL,
    STATISTICS_WORKSHEET,
    MODEL_COMPARISON,
    CODE_STUDIO,
)
COMPUTABLES = (
    *(DATASET, MANAGED_FOLDER, SAVED_MODEL, EVALUATION_STORE, STREAMING_ENDPOINT),
    KNOWLEDGE_BANK,
)
BY_TYPE = {kind.type: kind for kind in KINDS}

PROJECT_ORDER = (
    *("dashboardAuthorizations", "exposedObjects", "projectType", "projectAppType"),
    *("hasSetupSection", "generatingAppId", "generatingAppVersion", "bundleContainerSettings"),
    *("bundleExporterSettings", "owner", "permissionsVersion", "permissions"),
    *("additionalDashboardUsers", "tutorialProject", "tutorialId", "settings", "name"),
    *("projectStatus", "imgColor", "imgPattern", "showInitials", "metrics", "metricsChecks"),
    *("versionTag", *_TAIL),
)

_EXTENSIONS = {
    "python": "py",
    "pyspark": "py",
    "cpython": "py",
    "r": "r",
    "sparkr": "r",
    "sql_query": "sql",
    "sql_script": "sql",
    "spark_sql_query": "sql",
    "hive": "sql",
    "impala": "sql",
    "spark_scala": "scala",
    "streaming_spark_scala": "scala",
}

CODE_TYPES = frozenset((*_EXTENSIONS, "shell", "ksql", "streaming_python"))


def extension(recipe_type: str) -> str:
    """Return the extension of a recipe's payload file."""
    return _EXTENSIONS.get(recipe_type, recipe_type)


def kind_of(path: str) -> tuple[Kind, str] | None:
    """Return the kind and name of the object in a file of the project, or None."""
    for kind in KINDS:
        if path.startswith(f"{kind.folder}/") and path.endswith(kind.file):
            name = path.removeprefix(f"{kind.folder}/").removesuffix(kind.file)
            return None if "/" in name else (kind, name)
    return None
