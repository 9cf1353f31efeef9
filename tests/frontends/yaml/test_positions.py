from __future__ import annotations

from dssdsl.frontends.yaml import positions


def test_dates_and_words_stay_text(write):
    path = write("a: 2024-01-01\nb: yes\nc: 010\nd: 1.5\ne: ~\n1: x\non: 12:30\nf: 0x10\n")

    found, wrong = positions.read(path, "x")

    assert found == {
        "a": "2024-01-01",
        "b": "yes",
        "c": 10,
        "d": 1.5,
        "e": None,
        "1": "x",
        "on": "12:30",
        "f": 16,
    }
    assert wrong == []
