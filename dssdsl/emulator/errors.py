"""What DSS answers to a request that it does not carry out."""

from __future__ import annotations

_CONTROLLERS = "com.dataiku.dip.server.controllers"
_EXCEPTIONS = "com.dataiku.dip.exceptions"


class Refused(Exception):
    """An answer other than 200, with DSS's error type and text."""

    def __init__(self, status: int, error_type: str, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.status, self.error_type, self.message, self.code = status, error_type, message, code

    def body(self) -> dict[str, object]:
        """Return the error document that DSS sends."""
        document: dict[str, object] = {
            "errorType": self.error_type,
            "message": self.message,
            "detailedMessage": self.message,
            "detailedMessageHTML": self.message,
            "stackTraceStr": "",
        }
        if self.code:
            document["code"] = self.code
        return document


class Cut(Exception):
    """The connection breaks without an answer."""


def not_found(message: str) -> Refused:
    """Say that an object does not exist, as for a missing dataset."""
    return Refused(404, f"{_CONTROLLERS}.NotFoundException", message)


def illegal(message: str) -> Refused:
    """Say that an argument makes no sense."""
    return Refused(400, "java.lang.IllegalArgumentException", message)


def failed(message: str, error_type: str = "java.lang.Exception") -> Refused:
    """Fail with 500, as DSS does for many checks of what it is sent."""
    return Refused(500, error_type, message)


def null_pointer(what: str) -> Refused:
    """Fail as DSS does where a document lacks what its code takes for granted."""
    message = f'Cannot invoke a method on "{what}" because it is null'
    return Refused(500, "java.lang.NullPointerException", message)


def exists(message: str) -> Refused:
    """Say that a name is taken."""
    return Refused(500, f"{_EXCEPTIONS}.DSSIllegalArgumentException", message)


def unauthorized(message: str, status: int = 403) -> Refused:
    """Say that the key may not do this."""
    return Refused(status, f"{_EXCEPTIONS}.UnauthorizedException", message)


def unknown_key() -> Refused:
    """Say that DSS does not know the API key."""
    return Refused(401, f"{_EXCEPTIONS}.NotAuthenticatedException", "Unknown API Key")


def coded(message: str, code: str | None = None) -> Refused:
    """Fail with one of DSS's coded exceptions."""
    return Refused(500, f"{_EXCEPTIONS}.CodedIOException", message, code)


def not_emulated(what: str) -> Refused:
    """Say that a real DSS may know this, and the emulator does not."""
    return Refused(501, "dssdsl.emulator.NotEmulated", f"{what} is not emulated")
