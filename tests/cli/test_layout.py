from __future__ import annotations

import io

import pytest

from dssdsl.cli.layout import Columns, Paragraph, paragraph
from dssdsl.cli.screen import Screen, Span


def shown(item, **screen):
    stream = io.StringIO()
    Screen(stream, **screen).show([item])
    return stream.getvalue().splitlines()


def test_a_paragraph_is_wrapped_at_words_beside_its_label():
    found = paragraph("pass --delete-adopted to delete a/long/path/of/some/file", "  fix  ")

    assert shown(found, width=24, wrap=True) == [
        "  fix  pass",
        "       --delete-adopted",
        "       to delete",
        "       a/long/path/of/some/file",
    ]


def test_each_line_of_a_styled_paragraph_has_its_style():
    found = Paragraph("one two", style="bold")

    assert shown(found, width=5, wrap=True, colour=True) == [
        "\x1b[1mone\x1b[0m",
        "\x1b[1mtwo\x1b[0m",
    ]


def test_a_log_keeps_a_paragraph_on_one_line():
    assert shown(paragraph("word " * 90, "label "), width=40) == ["label " + "word " * 89 + "word"]


@pytest.mark.parametrize("text", ["", " "])
def test_an_empty_paragraph_is_its_label(text):
    assert shown(paragraph(text, "a"), width=40, wrap=True) == ["a"]


def test_the_last_column_is_wrapped():
    found = Columns([("a", "one two three four five"), ("bcd", "six")], ("A", "Words"), indent=2)

    assert shown(found, width=28) == [
        "  A    Words",
        "  a    one two three four",
        "       five",
        "  bcd  six",
    ]


def test_the_other_columns_are_neither_cut_nor_wrapped():
    key = "dataset/" + "ORDERS_" * 12

    rows = shown(Columns([(key, "created, protected in the state"), ("x", "y")]), width=60)

    assert rows[0] == f"{key}  created, protected"
    assert rows[1].strip() == "in the state"


def test_a_word_that_is_longer_than_the_last_column_is_broken_not_cut():
    rows = shown(Columns([("a", "b" * 70)]), width=40)

    assert "".join(rows).count("b") == 70
    assert max(map(len, rows)) <= 40


def test_columns_are_measured_as_they_are_written():
    rows = shown(Columns([("→" * 9, "word " * 20)]), width=60, ascii=True)

    assert rows[0].startswith("->" * 9 + "  word")
    assert max(map(len, rows)) <= 60


def test_columns_in_ascii():
    found = Columns([("a → b", "…"), ("cdef", "x")])

    assert shown(found, width=60, ascii=True) == ["a -> b  ...", "cdef    x"]


@pytest.mark.parametrize("colour", [False, True])
def test_no_cell_is_read_as_markup_or_steers_the_terminal(colour):
    found = Columns([("[bold]a[/bold]", ":smile: \x1b[2J")])

    assert shown(found, width=60, colour=colour) == ["[bold]a[/bold]  :smile: ?[2J"]


def test_no_rows_are_no_lines():
    assert shown(Columns([], ("A", "B"))) == []


def test_a_style_is_shown_in_colour_only():
    found = Columns([(Span("+", "green"), "a")])

    assert shown(found, colour=True) == ["\x1b[32m+\x1b[0m  a"]
    assert shown(found) == ["+  a"]
