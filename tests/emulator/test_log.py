"""The log of requests stays small, and its counts stay right."""

from __future__ import annotations

import pytest

from dssdsl.emulator import LoggedRequest
from dssdsl.emulator.http import log
from dssdsl.emulator.http.log import RequestLog


def request(path, body="", method="GET"):
    return LoggedRequest(method, path, "", 200, "admin", body)


def test_the_log_keeps_the_last_requests_and_counts_all():
    found = RequestLog()
    for number in range(3 * log.LAST):
        found.append(request(f"/{number % 7}", str(number)))
        assert len(found) <= log.LAST * 1.1
    assert len(found) >= log.LAST
    assert [each.body for each in found][-log.LAST :] == [
        str(number) for number in range(2 * log.LAST, 3 * log.LAST)
    ]
    assert found.total == sum(found.counts.values()) == 3 * log.LAST
    assert found.count("GET /6") == 3 * log.LAST // 7
    found.clear()
    assert (found.total, found.count("."), [*found]) == (0, 0, [])


def test_the_log_limits_long_bodies(monkeypatch):
    monkeypatch.setattr(log, "BODIES", 1000)
    found = RequestLog()
    for number in range(50):
        found.append(request("/x", f"{number:0300}"))
        assert sum(len(each.body) for each in found) <= 1000
    assert [int(each.body) for each in found] == [47, 48, 49]
    found.append(request("/x", "y" * 2000))
    assert len(found) == 1
    found.append(request("/x", "z"))
    assert [each.body for each in found] == ["z"]


def test_the_log_limits_counted_paths(monkeypatch):
    monkeypatch.setattr(log, "PATHS", 10)
    found = RequestLog()
    for number in range(30):
        found.append(request(f"/futures/{number}"))
        found.append(request("/futures/3"))
    assert len(found.counts) <= 11
    assert found.total == sum(found.counts.values()) == 60


def test_the_log_can_be_checked(project, dss):
    dss.clear_requests()
    for _ in range(3):
        project.get_variables()
    dss.check_requests("GET .*/variables")
    dss.check_requests("GET .*/variables", 3)
    dss.check_requests("GET .*/variables", at_least=2, at_most=4)
    dss.check_requests("PUT", 0)
    for said in ({"times": 2}, {"at_least": 4}, {"at_most": 2}):
        with pytest.raises(AssertionError, match="3 requests match 'variables', not "):
            dss.check_requests("variables", **said)
    with pytest.raises(AssertionError, match="3 x GET /projects/SALES/variables"):
        dss.check_requests("PUT")
