"""Steps on text and on numbers in text."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dssdsl.lang.constrained import Count, Positive
from dssdsl.lang.fields import form
from dssdsl.lang.model import OneOrMany, many, token
from dssdsl.lang.values import Document, Initial

from .step import AnyStep, Columns, Matching, Normalization, applies


class SimplifyText(AnyStep):
    """Simplify text: without accents and punctuation, stemmed, without stop words. In place, or into a new column after it."""

    wire = "TextSimplifierProcessor"

    column: str = Field(kw_only=False)
    """The column."""

    output: str = ""
    """A new column. By default in place."""

    normalize: bool = True
    """Whether to put it in lower case and remove accents and punctuation."""

    stem: bool = False
    """Whether to reduce words to their stems."""

    clear_stop_words: bool = False
    """Whether to remove words such as *the* and *of*."""

    sort_words: bool = False
    """Whether to sort the words."""

    language: str = "english"
    """The language of stems and stop words."""

    def params(self) -> Document:
        return {
            "inCol": self.column,
            "outCol": self.output,
            "normalize": self.normalize,
            "stem": self.stem,
            "clearStopWords": self.clear_stop_words,
            "sortAlphabetically": self.sort_words,
            "language": self.language,
        }


class ExtractWithRegex(AnyStep):
    """Extract parts of text with a regular expression. Adds a column for each group, named *prefix* and the group's name or number, after the column."""

    wire = "RegexpExtractor"

    column: str = Field(kw_only=False)
    """The column."""

    pattern: str = Field(kw_only=False)
    """The regular expression of Java; its groups are extracted."""

    prefix: str = Field(default="", kw_only=False)
    """The prefix of the names of the new columns."""

    every: bool = False
    """Whether to extract all matches, as an array, instead of the first."""

    found: bool = False
    """Whether to add a column that says whether the text matches."""

    def params(self) -> Document:
        return {
            "column": self.column,
            "pattern": self.pattern,
            "prefix": self.prefix,
            "extractAllOccurrences": self.every,
            "found_col": self.found,
        }


class ExtractNumbers(AnyStep):
    """Extract numbers from text. Adds one column after it, or several numbered ones."""

    wire = "ExtractNumbers"

    column: str = Field(kw_only=False)
    """The column."""

    output: str = Field(default="", kw_only=False)
    """The new column, or the prefix of several. By default in place."""

    several: bool = False
    """Whether to extract all numbers, instead of the first."""

    as_json: bool = False
    """Whether to put several numbers into one array."""

    decimals: Annotated[Literal["DOT", "COMMA"] | str, token("DOT", "COMMA")] = "DOT"
    """The decimal separator."""

    expand_multipliers: bool = False
    """Whether 3k is 3000, and 2M is 2000000."""

    def params(self) -> Document:
        return {
            "input": self.column,
            "output": self.output,
            "multipleValues": self.several,
            "extractToJson": self.as_json,
            "delimiter": self.decimals,
            "replaceMultipliers": self.expand_multipliers,
        }


class CountMatches(AnyStep):
    """Count how often a pattern occurs in text. Adds a column of whole numbers after it."""

    wire = "MatchCounter"

    column: str = Field(kw_only=False)
    """The column."""

    pattern: str = Field(kw_only=False)
    """What to count."""

    output: str
    """The new column."""

    matching: Matching = "SUBSTRING"
    """Whether it must equal the cell, be part of it, or match it as a regular expression."""

    normalization: Normalization = "EXACT"
    """Whether to ignore case (``LOWERCASE``), or case and accents (``NORMALIZED``)."""

    def params(self) -> Document:
        return {
            "inCol": self.column,
            "outCol": self.output,
            "pattern": self.pattern,
            "matchingMode": self.matching,
            "normalizationMode": self.normalization,
        }


class SplitIntoChunks(AnyStep):
    """Split long text into chunks. Each chunk becomes a row; adds the chunk's column and that of its number."""

    wire = "SplitIntoChunks"

    column: str = Field(kw_only=False)
    """The column."""

    output: str = "chunk"
    """The new column with the chunk."""

    id_column: str = "chunk_id"
    """The new column with the number of the chunk."""

    size: Positive = 3000
    """The maximum number of characters of a chunk."""

    overlap: Count = 120
    """How many characters two chunks share."""

    separators: Annotated[OneOrMany[str] | None, form("strings, the first choice first")] = None
    """Where to split, the first choice first. By default a new step splits at paragraphs, lines, then words."""

    regex: bool = False
    """Whether the separators are regular expressions."""

    keep_separator: bool = True
    """Whether chunks keep their separators."""

    strip: bool = True
    """Whether to remove white space around chunks."""

    def params(self) -> Document:
        plain = [
            {"value": v, "enabled": True, "isDefault": True} for v in ("\\n\\n", "\\n", " ", "")
        ]
        given = [{"value": v, "enabled": True} for v in many(self.separators)]
        return {
            "inCol": self.column,
            "outCol": self.output,
            "chunkIdCol": self.id_column,
            "chunkSize": self.size,
            "chunkOverlap": self.overlap,
            "separators": Initial(plain) if self.separators is None else given,
            "isRegex": self.regex,
            "keepSeparator": self.keep_separator,
            "stripWhitespace": self.strip,
        }


class SplitEmail(AnyStep):
    """Split e-mail addresses. Adds the columns ``<column>_localpart`` and ``<column>_domain`` after it."""

    wire = "EmailSplitter"

    column: str = Field(kw_only=False)
    """The column with the addresses."""

    def params(self) -> Document:
        return {"column": self.column}


class ClassifyUserAgent(AnyStep):
    """Classify the user agents of browsers. Adds columns such as ``<column>_brand`` and ``<column>_os`` after it."""

    wire = "UserAgentClassifier"

    column: str = Field(kw_only=False)
    """The column with the user agents."""

    def params(self) -> Document:
        return {"column": self.column}


class TranslateMeaning(AnyStep):
    """Replace codes by their labels in a meaning of the instance. In place."""

    wire = "MeaningTranslate"

    columns: Columns = Field(kw_only=False)
    """The columns."""

    meaning: str = Field(kw_only=False)
    """The id of the meaning, which has a list of values."""

    def params(self) -> Document:
        return {**applies(self.columns), "meaningId": self.meaning}
