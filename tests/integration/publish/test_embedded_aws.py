import http.client
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from synthetic_layers import make_layer

from layerfactory.data.regions import regions
from layerfactory.matrix.cell import Cell
from layerfactory.publish.aws.session import Aws
from layerfactory.publish.embedded import ACCOUNT, embedded_aws
from layerfactory.publish.package import Package

WEST = regions()["us-west-2"]


def test_it_is_empty_at_the_start_and_gone_at_the_end(tmp_path):
    layer = make_layer(tmp_path, Cell("3.12", "1.9.1"))
    with embedded_aws() as settings:
        assert Aws(settings).layers(WEST).publish(Package.of(layer)) == 1
    with embedded_aws() as settings:
        assert Aws(settings).layers(WEST).list_versions(layer.cell.layer_name) == ()
    connection = http.client.HTTPConnection(urlsplit(settings.endpoint_url).netloc, timeout=5)
    with pytest.raises(ConnectionRefusedError):
        connection.request("GET", "/")


ALL_AT_ONCE = """
import sys
from concurrent.futures import ThreadPoolExecutor
from layerfactory.data.regions import regions
from layerfactory.publish.aws.calls import RetryPolicy
from layerfactory.publish.aws.session import Aws
from layerfactory.publish.embedded import ACCOUNT, embedded_aws

some = list(regions().values())[:12]
with embedded_aws() as settings, ThreadPoolExecutor(12) as pool:
    aws = Aws(settings, RetryPolicy(attempts=1))
    clients = [aws.layers(region) for region in some]
    assert [*pool.map(lambda client: client.list_layers(), clients)] == [{}] * 12
"""


def test_many_may_ask_at_once_from_the_start():
    # In a process of its own, as moto reads each service's model once in a process.
    argv = [sys.executable, "-c", ALL_AT_ONCE]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_it_ends_when_the_work_fails():
    with pytest.raises(ZeroDivisionError), embedded_aws() as settings:
        raise ZeroDivisionError
    connection = http.client.HTTPConnection(urlsplit(settings.endpoint_url).netloc, timeout=5)
    with pytest.raises(ConnectionRefusedError):
        connection.request("GET", "/")


def test_nothing_of_the_hosts_own_aws_is_used(monkeypatch, tmp_path):
    config = tmp_path / "config"
    config.write_text("[default]\nendpoint_url = http://127.0.0.1:1\nuse_fips_endpoint = true\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with embedded_aws() as settings:
        aws = Aws(settings)
        assert aws.check_credentials([WEST]) == {"aws": ACCOUNT}
        credentials = aws._sessions["aws"].get_credentials()
    assert (credentials.access_key, credentials.token) == (settings.access_key_id, None)


def test_it_says_nothing(capfd, caplog):
    with embedded_aws() as settings:
        Aws(settings).check_credentials([WEST])
    assert capfd.readouterr() == ("", "")
    assert not [record for record in caplog.records if record.name == "werkzeug"]
