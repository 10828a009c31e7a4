"""Where a request may ask to be led: to our own pages."""

import pytest
from flask import Flask

from monitor.web.addresses import is_local, local_address, this_address


@pytest.mark.parametrize(
    "address", ["/", "/places", "/places?page=2&sort=-name", "/visits/1#item-3", "/x?next=https://a.b", "/é"]
)
def test_own_address_is_local(address):
    assert is_local(address)


@pytest.mark.parametrize(
    "address",
    [
        "", "places", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
        "/\n/evil.example", "\t//evil.example", " //evil.example", "https://evil.example", "https:/evil.example",
        "javascript:alert(1)", "data:text/html,x", "?x", "#x", "//[", "/" + "x" * 2000,
    ],
)  # fmt: skip
def test_foreign_address_is_not_local(address):
    assert not is_local(address)


def test_wish_that_is_not_local_gives_way():
    app = Flask(__name__)
    with app.test_request_context("/visits?page=2"):
        assert local_address("/places") == "/places"
        assert local_address("//evil.example") == "/"
        assert local_address("//evil.example", "/visits") == "/visits"
        assert local_address(None) == "/"
        assert this_address() == "/visits?page=2"
    with app.test_request_context("/visits", environ_overrides={"SCRIPT_NAME": "/monitor"}):
        assert local_address(None) == "/monitor/"
        assert this_address() == "/monitor/visits"
