"""Spellings of hosts."""

from __future__ import annotations

import pytest

from dssdsl.state.hosts import normalized_host, same_host


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://dss.example.com", "https://DSS.Example.com/"),
        ("https://dss.example.com", "https://dss.example.com:443"),
        ("http://dss.example.com", "https://dss.example.com"),
        ("http://dss.example.com:80/", "dss.example.com."),
        ("http://127.0.0.1:11200", "http://localhost:11200/"),
        ("http://[::1]:11200", "http://LOCALHOST:11200"),
        ("https://dss.example.com/design/", "https://dss.example.com/design"),
    ],
)
def test_spellings_of_one_host(one, other):
    """
    Case, slash, scheme, default port and names of this machine make no other host.
    """
    assert same_host(one, other)
    assert normalized_host(one) == normalized_host(normalized_host(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://dss.example.com", "https://dss2.example.com"),
        ("https://dss.example.com:11200", "https://dss.example.com:11300"),
        ("https://dss.example.com/design", "https://dss.example.com/automation"),
        ("https://dss.example.com:11200", "https://dss.example.com"),
        ("https://dss.example.com", ""),
        ("http://dss:port", "http://dss"),
    ],
)
def test_other_hosts(one, other):
    """
    Another name, port or path is another DSS.
    """
    assert not same_host(one, other)
