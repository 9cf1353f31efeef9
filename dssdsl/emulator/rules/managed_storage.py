"""Choose type, location and format of a new managed dataset or folder on a connection."""

from __future__ import annotations

from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document, copied
from dssdsl.emulator.errors import Refused, illegal
from dssdsl.emulator.instance.objects import Instance
from dssdsl.emulator.project.kinds import DATASET, MANAGED_FOLDER
from dssdsl.emulator.project.project import Project

_NO_FORMAT = frozenset(defaults.TABLE_TYPES)


def params(kind: str, connection: str, sent: Document | None = None) -> Document:
    """Return the parameters of a dataset, with the defaults of its type."""
    values: Document = dict(sent or {})
    if connection:
        values.setdefault("connection", connection)
    if kind in defaults.TABLE_TYPES:
        filled: Document = {**copied(defaults.TABLE), **values}
        if kind in ("PostgreSQL", "Greenplum", "Redshift"):
            filled.setdefault("writeWithCopyBadDataBehavior", "NOVERIFY_ERROR")
        return filled
    if kind in defaults.FILE_TYPES or kind.startswith("fsprovider_"):
        return {**values, **{k: v for k, v in copied(defaults.FILES).items() if k not in values}}
    if kind == "Inline":
        return {
            "keepTrackOfChanges": False,
            "importSourceType": "NONE",
            "enableClipboardApi": False,
        } | values
    return values


def dataset(instance: Instance, project: Project, name: str, settings: Document) -> Document:
    """
    Return the document of a new managed dataset.

    The connection determines the type, and with the project's settings the location and format.

    Raises:
        Refused: The connection does not exist, or does not allow managed datasets.
    """
    connection = settings.get("connectionId")
    found = instance.connection(connection)
    if not found.get("allowManagedDatasets", True):
        raise illegal(f"Managed datasets are not allowed on connection '{connection}'")
    kind = settings.get("typeOptionId") or instance.dataset_type(str(connection))
    if kind not in defaults.FILE_TYPES | defaults.TABLE_TYPES:
        raise illegal(f"Cannot create a managed dataset on connection type {found['type']}")
    document = defaults.fresh("dataset", type=kind, managed=True)
    document["params"] = params(kind, str(connection), _place(kind, name, found, settings))
    if kind not in _NO_FORMAT:
        specific = settings.get("specificSettings") or {}
        option = specific.get("formatOptionId") or _preferred(project, kind)
        if option not in defaults.FORMATS:
            raise illegal(f"Unknown format option: {option}")
        document["formatType"], format_params = defaults.FORMATS[option]
        document["formatParams"] = copied(format_params)
    option = settings.get("partitioningOptionId")
    if option:
        document["partitioning"] = _partitioning(project, option)
    return document


def _place(kind: str, name: str, connection: Document, settings: Document) -> Document:
    if kind in defaults.TABLE_TYPES:
        cased = name.upper() if kind in defaults.UPPER_CASE else name.lower()
        place: Document = {"table": f"${{projectKey}}_{cased}"}
        override = (settings.get("specificSettings") or {}).get("overrideSQLSchema")
        for key, value in (("schema", override), ("catalog", None)):
            if value or connection["params"].get(f"default{key.capitalize()}"):
                place[key] = value or connection["params"][f"default{key.capitalize()}"]
        return place
    if kind in defaults.CLOUD_TYPES:
        root = connection["params"].get("defaultManagedPath", "/dataiku")
        place = {"path": f"{root}/${{projectKey}}/{name}"}
        if "defaultManagedBucket" in connection["params"]:
            place["bucket"] = connection["params"]["defaultManagedBucket"]
        place["metastoreSynchronizationEnabled"] = True
        place["metastoreTableName"] = f"${{projectKey}}_{name}"
        return place
    return {"path": f"${{projectKey}}/{name}"}


def _preferred(project: Project, kind: str) -> str:
    made = project.params().get("settings", {}).get("datasetsCreationSettings", {})
    if not made.get("useGlobal", True):
        for option in made.get("preferedStorageFormats", "").split(","):
            if option in defaults.FORMATS and (kind in defaults.CLOUD_TYPES or _local(option)):
                return str(option)
    return "CSV_ESCAPING_NOGZIP_FORHIVE" if kind in defaults.CLOUD_TYPES else "CSV_UNIX_GZIP"


def _local(option: str) -> bool:
    return option.startswith("CSV") and not option.endswith("FORHIVE")


def _partitioning(project: Project, option: str) -> Any:
    how, _, ref = option.partition(":")
    kind, _, name = ref.partition(":")
    source = {"dataset": DATASET, "folder": MANAGED_FOLDER}.get(kind)
    if how == "copy" and source is not None and project.has(source, name):
        return project.document(source, name).get("partitioning", copied(defaults.PARTITIONING))
    raise illegal(f"Invalid partitioning option: {option}")


def folder(instance: Instance, name: str, kind: str | None, sent: Document) -> Document:
    """Return the document of a new managed folder, with the type of its connection."""
    connection = sent.get("connection") or "filesystem_folders"
    found = instance.connection(connection)
    if not (found.get("allowManagedFolders") or connection == "filesystem_folders"):
        raise Refused(
            403,
            "com.dataiku.dip.exceptions.UnauthorizedException",
            f"Managed folders are not allowed on connection '{connection}'",
        )
    kind = kind or instance.dataset_type(connection)
    document = defaults.fresh("folder", name=name, type=kind)
    values = {"connection": connection, "path": "/${projectKey}/${odbId}", **sent}
    if kind in defaults.CLOUD_TYPES:
        bucket = found["params"].get("defaultManagedBucket")
        if bucket:
            values.setdefault("bucket", bucket)
        values.setdefault("metastoreSynchronizationEnabled", True)
        values.setdefault("metastoreTableName", "${odbId}")
    document["params"] = params(kind, connection, values)
    return document
