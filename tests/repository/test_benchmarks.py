"""The benchmarks run; what they measure is never tested."""

from __future__ import annotations

from benchmarks import emulator


def test_the_emulator_is_measured(capsys):
    emulator.main(["--sizes", "3,6", "--tries", "1"])

    out, _ = capsys.readouterr()

    rows = [row.split(" | ")[:2] for row in out.splitlines() if row.endswith("|")]
    for what in (emulator.GET, emulator.WRITE, emulator.LIST, emulator.START):
        assert [f"| {what}", "3"] in rows
        assert [f"| {what}", "6"] in rows
    assert "t(6) / t(3)" in out


def test_a_budget_is_printed_beside_the_figures():
    row = emulator.Row(emulator.GET, 1000, 0.5)
    assert row.cells() == ["get", "1,000", "0.50 ms", "1 ms ok"]
    assert emulator.Row(emulator.GET, 1000, 2).cells()[3] == "1 ms over"
    assert emulator.Row(emulator.GET, 100, 2).cells()[3] == ""
