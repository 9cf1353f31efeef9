"""Find the user of a request: by API key, and by the user whom an administrator acts for."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from dssdsl.emulator.errors import unauthorized, unknown_key

from .objects import Instance
from .users import User


class Authentication:
    """
    The users of an instance's API keys.

    Args:
        keys: User of each API key that the emulator started with.

        instance: The instance, which has API keys of its own.
    """

    def __init__(self, keys: Mapping[str, User], instance: Instance) -> None:
        self._keys, self._instance = keys, instance
        self._known: dict[str, User] = {}

    def user(self, authorization: str, proxy_user: str) -> User:
        """
        Return the user of a request.

        Args:
            authorization: The header ``Authorization``.

            proxy_user: The login of the user whom an administrator acts for; empty for none.

        Raises:
            Refused: The key is unknown, or that user is.
        """
        user = self._known.get(authorization) or self._identify(authorization)
        if user is None:
            raise unknown_key()
        self._known[authorization] = user
        if not proxy_user or not user.admin:
            return user
        found = self._instance.user_by_login(proxy_user)
        if found is None:
            raise unauthorized(f"Unknown user: {proxy_user}")
        return found

    def forget(self) -> None:
        """Forget the users of all keys, because keys, users or groups changed."""
        self._known.clear()

    def _identify(self, authorization: str) -> User | None:
        scheme, _, value = authorization.partition(" ")
        if scheme.lower() == "bearer":
            return self._of_key(value.strip())
        if scheme.lower() == "basic":
            try:
                name, _, password = base64.b64decode(value).decode().partition(":")
            except ValueError:
                return None
            return self._of_key(name) or self._of_key(password)
        return None

    def _of_key(self, key: str) -> User | None:
        return (self._keys.get(key) or self._instance.user_of_key(key)) if key else None
