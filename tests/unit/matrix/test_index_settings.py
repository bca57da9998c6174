from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerfactory.matrix.index import ca_bundle, index_endpoint, without_credentials


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, None),
        ({"PIP_INDEX_URL": " "}, None),
        ({"PIP_INDEX_URL": "https://pip.example/simple"}, "https://pip.example/simple"),
        (
            {"PIP_INDEX_URL": "https://pip.example", "UV_INDEX_URL": "https://uv.example"},
            "https://uv.example",
        ),
        (
            {"UV_DEFAULT_INDEX": "https://new.example", "UV_INDEX_URL": "https://uv.example"},
            "https://new.example",
        ),
        ({"UV_DEFAULT_INDEX": "inside=https://new.example/a?b=c"}, "https://new.example/a?b=c"),
        ({"UV_DEFAULT_INDEX": "https://new.example/a?b=c"}, "https://new.example/a?b=c"),
    ],
)
def test_endpoint_of_the_environment(environ: dict[str, str], expected: str | None) -> None:
    assert index_endpoint(environ) == expected


def test_certificates_of_the_host_count() -> None:
    assert ca_bundle({}) is None
    assert (
        ca_bundle({"SSL_CERT_FILE": "/etc/own.pem", "PIP_CERT": "/etc/pip.pem"}) == "/etc/own.pem"
    )
    assert ca_bundle({"SSL_CERT_FILE": "", "PIP_CERT": "/etc/pip.pem"}) == "/etc/pip.pem"


def test_addresses_are_shown_without_secrets() -> None:
    shown = without_credentials("https://user:secret@index.example:8443/simple/?token=secret#x")
    assert shown == "https://…@index.example:8443/simple/"
    plain = "https://index.example/simple/ or b@c.example?"
    assert without_credentials(plain) == plain


@given(
    user=st.text("abcXYZ0129-._~%", min_size=1),
    word=st.text("abcXYZ0129-._~%@:", min_size=4),
)
def test_secrets_are_taken_out_of_a_text(user: str, word: str) -> None:
    text = f"looking at https://{user}:{word}@index.example/simple, and b@c.example"
    hidden = "looking at https://…@index.example/simple, and b@c.example"
    assert without_credentials(text) == hidden
