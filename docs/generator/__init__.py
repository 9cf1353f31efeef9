"""Writes the generated pages of the docs: what the code says of itself, in Markdown."""

NOTE = "<!-- Written by docs/generate.py from the code; change it there. -->"


def cell(text: str) -> str:
    """Text for a cell of a table."""
    return text.replace("|", "\\|")


def code(language: str, text: str) -> list[str]:
    """A block of code, as lines."""
    return [f"```{language}", text.strip("\n"), "```", ""]
