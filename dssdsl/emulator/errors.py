"""The errors that DSS answers with."""

from __future__ import annotations

_CONTROLLERS = "com.dataiku.dip.server.controllers"
_EXCEPTIONS = "com.dataiku.dip.exceptions"


class Refused(Exception):
    """An error response, with DSS's error type and message."""

    def __init__(self, status: int, error_type: str, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.status, self.error_type, self.message, self.code = status, error_type, message, code

    def body(self) -> dict[str, object]:
        """Return the error document."""
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
    """The connection breaks without a response."""


def not_found(message: str) -> Refused:
    """An object does not exist."""
    return Refused(404, f"{_CONTROLLERS}.NotFoundException", message)


def illegal(message: str) -> Refused:
    """An argument is invalid."""
    return Refused(400, "java.lang.IllegalArgumentException", message)


def failed(message: str, error_type: str = "java.lang.Exception") -> Refused:
    """An internal error, which DSS also answers with when it checks a document."""
    return Refused(500, error_type, message)


def null_pointer(what: str) -> Refused:
    """A document lacks a field that DSS's code expects."""
    message = f'Cannot invoke a method on "{what}" because it is null'
    return Refused(500, "java.lang.NullPointerException", message)


def exists(message: str) -> Refused:
    """A name is taken."""
    return Refused(500, f"{_EXCEPTIONS}.DSSIllegalArgumentException", message)


def unauthorized(message: str, status: int = 403) -> Refused:
    """The key has no permission for this."""
    return Refused(status, f"{_EXCEPTIONS}.UnauthorizedException", message)


def unknown_key() -> Refused:
    """The API key is unknown."""
    return Refused(401, f"{_EXCEPTIONS}.NotAuthenticatedException", "Unknown API Key")


def coded(message: str, code: str | None = None) -> Refused:
    """One of DSS's exceptions that have a code."""
    return Refused(500, f"{_EXCEPTIONS}.CodedIOException", message, code)


def not_emulated(what: str) -> Refused:
    """The emulator lacks this call, which a real DSS may have."""
    return Refused(501, "dssdsl.emulator.NotEmulated", f"{what} is not emulated")
