"""The objects of the instance: connections, code environments, users, groups, project folders."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import illegal

from .users import User

DSS_VERSION = "14.4.0"
"""The version of DSS that the emulator reports."""

DATASET_TYPES = {"EC2": "S3", "SSH": "SCP"}
"""The type of a dataset, where it differs from its connection's: S3 connections have the type EC2."""


class Instance:
    """
    The objects of the instance, in one file.

    Args:
        path: The file.

        connections: Type of each connection that the emulator starts with.

        code_envs: Names of its Python code environments.

        keys: The users of its API keys.

        now: The time in seconds, at which new objects are created.
    """

    def __init__(
        self,
        path: Path,
        connections: Mapping[str, str],
        code_envs: Sequence[str],
        keys: Mapping[str, User],
        now: float,
    ) -> None:
        self.path = path
        self.first_connections, self.first_code_envs = dict(connections), tuple(code_envs)
        stored: Document = {}
        if path.exists():
            stored = json.loads(path.read_text(encoding="utf-8"))
        self.connections: dict[str, Document] = stored.get("connections", {})
        self.code_envs: dict[str, Document] = stored.get("codeEnvs", {})
        self.users: dict[str, Document] = stored.get("users", {})
        self.groups: dict[str, Document] = stored.get("groups", {})
        self.folders: dict[str, Document] = stored.get("folders", {})
        self.api_keys: dict[str, Document] = stored.get("apiKeys", {})
        self.meanings: dict[str, Document] = stored.get("meanings", {})
        self.channels: dict[str, Document] = stored.get("channels", {})
        self.plugins: dict[str, Document] = stored.get("plugins", {})
        self.settings: Document = {**defaults.fresh("instance"), **stored.get("settings", {})}
        self.variables: Document = stored.get("variables", {})
        always = {"filesystem_managed": "Filesystem", "filesystem_folders": "Filesystem"}
        for name, kind in {**always, **connections}.items():
            if name not in self.connections:
                self.connections[name] = defaults.connection(name, kind)
        for name in code_envs:
            if name not in self.code_envs:
                self.code_envs[name] = defaults.code_env(name, "PYTHON", "admin", now)
        for user in keys.values():
            if user.login not in self.users:
                self.users[user.login] = defaults.user(user.login, list(user.groups))
        for name in (
            "administrators",
            "readers",
            *(g for user in keys.values() for g in user.groups),
        ):
            if name not in self.groups:
                self.groups[name] = defaults.group(name)
        self.folders.setdefault(
            "ROOT", {"id": "ROOT", "name": "/", "projectKeys": [], "childrenIds": []}
        )

    def save(self) -> None:
        """Write everything to the file."""
        stored = {
            "connections": self.connections,
            "codeEnvs": self.code_envs,
            "users": self.users,
            "groups": self.groups,
            "folders": self.folders,
            "apiKeys": self.api_keys,
            "meanings": self.meanings,
            "channels": self.channels,
            "plugins": self.plugins,
            "settings": self.settings,
            "variables": self.variables,
        }
        half = self.path.with_suffix(".tmp")
        half.write_text(json.dumps(stored, indent=2), encoding="utf-8")
        half.replace(self.path)  # atomic, if the process dies

    def user_of_key(self, key: str) -> User | None:
        """Return the user of an API key that was created through the API, or None."""
        found = next((each for each in self.api_keys.values() if each["key"] == key), None)
        if found is None:
            return None
        if "user" in found:
            return self.user_by_login(found["user"])
        allowed = found.get("globalPermissions") or {}
        may = frozenset(flag for flag, yes in allowed.items() if yes)
        admin = "admin" in may
        rights = None if admin else found.get("projects") or {}
        return User(f"api:{found['id']}", admin, rights=rights, may=may)

    def user_by_login(self, login: str) -> User | None:
        """Return a user by login, with the rights of their groups, or None."""
        known = self.users.get(login)
        if known is None or not known.get("enabled", True):
            return None
        groups = tuple(known.get("groups", ()))
        admin = any(self.groups.get(name, {}).get("admin") for name in groups)
        return User(login, admin, groups=groups)

    def groups_of(self, user: User) -> set[str]:
        """Return the groups of a user."""
        return {*user.groups, *self.users.get(user.login, {}).get("groups", ())}

    def may(self, user: User, flag: str) -> bool:
        """Return whether a user has a right on the instance, such as ``mayCreateProjects``."""
        if user.may is not None:
            return flag in user.may
        return any(self.groups.get(name, {}).get(flag) for name in self.groups_of(user))

    def connection(self, name: str | None) -> Document:
        """Return a connection. Raises ``Refused`` if it does not exist."""
        if name is None or name not in self.connections:
            raise illegal(f"Connection '{name}' does not exist")
        return self.connections[name]

    def dataset_type(self, connection: str) -> str:
        """Return the type of datasets and folders on a connection."""
        kind: str = self.connection(connection)["type"]
        return DATASET_TYPES.get(kind, kind)

    def folder_of(self, key: str) -> str:
        """Return the project folder of a project."""
        for name, folder in self.folders.items():
            if key in folder["projectKeys"]:
                return name
        return "ROOT"

    def move_project(self, key: str, folder: str) -> None:
        """Move a project to a project folder."""
        for each in self.folders.values():
            if key in each["projectKeys"]:
                each["projectKeys"].remove(key)
        if folder != "ROOT":
            self.folders[folder]["projectKeys"].append(key)
        self.save()

    def drop_project(self, key: str) -> None:
        """Remove a project from its project folder."""
        if self.folder_of(key) != "ROOT":
            self.move_project(key, "ROOT")
