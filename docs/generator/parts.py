"""Parts of pages that are generated, between two marks."""

from __future__ import annotations


def replaced(page: str, part: str, text: str) -> str:
    """*page* with *text* as its part of that name."""
    begin, end = f"<!-- {part}: written by docs/generate.py -->", f"<!-- end of {part} -->"
    before, _, rest = page.partition(begin)
    after = rest.partition(end)[2]
    return f"{before}{begin}\n{text.rstrip()}\n\n{end}{after}"
