"""Read files from a multipart upload."""

from __future__ import annotations

import re
from email.parser import BytesHeaderParser

from dssdsl.emulator.errors import illegal

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')


def file(content: bytes, content_type: str) -> tuple[str, bytes]:
    """
    Return name and content of the first file of an upload.

    Raises:
        Refused: The body is not a multipart upload.
    """
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise illegal("Expected a multipart upload")
    mark = b"--" + found.group(1).encode()
    for part in content.split(mark)[1:]:
        if part.startswith(b"--"):
            break
        head, _, body = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = BytesHeaderParser().parsebytes(head)
        if headers.get_param("name", header="content-disposition") == "file":
            name = headers.get_filename() or ""
            return name, body.removesuffix(b"\r\n")
    raise illegal("No file in the upload")
