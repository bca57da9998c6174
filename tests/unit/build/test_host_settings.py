from __future__ import annotations

import pytest

from layerfactory.build.docker.host_settings import (
    CA_BUNDLE,
    HostSettings,
    host_settings,
    is_loopback,
)

BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


def settings(environ=None, pip_config=None, files=()) -> HostSettings:
    return host_settings(environ or {}, pip_config or {}, set(files).__contains__)


def test_a_bare_host_gives_nothing():
    assert settings() == HostSettings(environment={}, ca_bundle="", host_network=False)


class TestProxies:
    @pytest.mark.parametrize("name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"])
    @pytest.mark.parametrize("case", [str.upper, str.lower])
    def test_reach_the_container_in_both_cases(self, name, case):
        found = settings({case(name): "http://proxy.example:3128"}).environment
        assert found == dict.fromkeys((name, name.lower()), "http://proxy.example:3128")

    @pytest.mark.parametrize(
        ("address", "expected"),
        [
            ("http://localhost:3128", True),
            ("127.0.0.1:3128", True),
            ("http://user:word@127.8.9.1:3128", True),
            ("http://[::1]:3128", True),
            ("http://proxy.example:3128", False),
            ("http://10.0.0.1:3128", False),
            ("http://[", False),
            ("", False),
        ],
    )
    def test_on_the_hosts_localhost_need_its_network(self, address, expected):
        assert is_loopback(address) is expected
        assert settings({"https_proxy": address}).host_network is expected

    def test_exceptions_from_the_proxy_need_no_network(self):
        assert not settings({"NO_PROXY": "localhost"}).host_network


class TestCertificates:
    @pytest.mark.parametrize(
        "variable", ["PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE"]
    )
    def test_are_those_that_the_host_names(self, variable):
        found = settings({variable: "/mine.pem"}, files=["/mine.pem", BUNDLE])
        assert found.ca_bundle == "/mine.pem"
        assert found.environment["PIP_CERT"] == CA_BUNDLE
        assert found.environment["SSL_CERT_FILE"] == CA_BUNDLE
        assert found.environment["REQUESTS_CA_BUNDLE"] == CA_BUNDLE

    def test_are_pips_own(self):
        assert settings(pip_config={"cert": "/pip.pem"}, files=["/pip.pem"]).ca_bundle == "/pip.pem"

    def test_are_else_the_systems(self):
        assert settings({"PIP_CERT": "/gone.pem"}, files=[BUNDLE]).ca_bundle == BUNDLE

    def test_may_be_none(self):
        assert "PIP_CERT" not in settings({"PIP_CERT": "/gone.pem"}).environment


class TestIndex:
    def test_comes_from_pips_files(self):
        config = {
            "index-url": "https://index.example/simple",
            "extra-index-url": "\nhttps://one.example/simple\nfile:///opt/local/simple",
            "trusted-host": "index.example",
            "default-timeout": "180",
            "retries": "7",
            "find-links": "/opt/wheels",
        }
        assert settings(pip_config=config).environment == {
            "PIP_INDEX_URL": "https://index.example/simple",
            "PIP_EXTRA_INDEX_URL": "https://one.example/simple",
            "PIP_TRUSTED_HOST": "index.example",
            "PIP_TIMEOUT": "180",
            "PIP_RETRIES": "7",
        }

    def test_is_rather_the_environments(self):
        found = settings(
            {"PIP_INDEX_URL": "https://a.example/", "UV_DEFAULT_INDEX": "https://b.example/"},
            {"index-url": "https://c.example/"},
        )
        assert found.environment["PIP_INDEX_URL"] == "https://a.example/"

    @pytest.mark.parametrize("variable", ["UV_DEFAULT_INDEX", "UV_INDEX_URL"])
    def test_may_be_named_for_uv(self, variable):
        found = settings({variable: "https://b.example/"}, {"index-url": "https://c.example/"})
        assert found.environment["PIP_INDEX_URL"] == "https://b.example/"

    def test_loses_the_name_that_uv_gives_it(self):
        found = settings({"UV_INDEX": "mine=https://b.example/simple https://c.example/?a=b"})
        extra = found.environment["PIP_EXTRA_INDEX_URL"]
        assert extra == "https://b.example/simple https://c.example/?a=b"

    @pytest.mark.parametrize("place", ["file:///opt/simple", "/opt/simple", "./simple", "~/simple"])
    def test_stays_behind_where_it_is_a_place_on_the_host(self, place):
        found = settings({"PIP_INDEX_URL": place, "PIP_FIND_LINKS": place})
        assert found.environment == {}

    def test_on_the_hosts_localhost_needs_its_network(self):
        assert settings({"PIP_INDEX_URL": "http://localhost:3141/root"}).host_network
        assert settings({"UV_INDEX": "mine=http://localhost:3141/root"}).host_network


class TestSecrets:
    def test_do_not_show(self):
        found = settings({"PIP_INDEX_URL": "https://me:pass-word@index.example/"})
        assert "pass-word" not in repr(found)
