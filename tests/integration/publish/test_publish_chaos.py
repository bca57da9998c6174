"""Publishing under faults and kills: a few seeds of the campaign, and the proxy that it needs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from aws_manners import page
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError
from fault_proxy import PUBLISH, Cut, Delay, Kill, Refusal

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "benchmarks" / "publish_chaos.py"
LAYER = {"LayerName": "a", "Content": {"ZipFile": b"zip"}}


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    """What eight seeds came to, among them two with a region that is gone."""
    kept = tmp_path_factory.mktemp("chaos") / "figures.json"
    env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run(
        [sys.executable, SCRIPT, "--first", "4", "--seeds", "8", "--json", kept],
        env={**env, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert kept.exists(), done.stderr
    return done, json.loads(kept.read_text())["campaign"]


def test_nothing_is_lost_nor_doubled_under_faults_and_kills(campaign):
    done, figures = campaign
    assert figures["broken"] == [], done.stdout
    assert (figures["lost"], figures["avoidable"]) == (0, 0)
    assert done.returncode == 0
    assert "| versions lost | 0 |" in done.stdout


def test_the_seeds_are_no_fair_weather(campaign):
    _, figures = campaign
    assert figures["seeds"] == 8
    assert sum(figures["kills"].values()) >= 5
    assert sum(figures["faults"].values()) >= 100
    assert {"throttled", "500", "503", "cut before", "cut after"} <= set(figures["faults"])
    assert figures["dead"]
    assert figures["unanswered"]


@pytest.fixture
def make_client(settings, proxy):
    """Makes Lambda behind the proxy, that tries nothing twice."""
    import boto3

    def make(read_seconds):
        return boto3.client(
            "lambda",
            region_name="us-east-1",
            endpoint_url=proxy.url,
            aws_access_key_id=settings.access_key_id,
            aws_secret_access_key=settings.secret_access_key,
            config=Config(read_timeout=read_seconds, retries={"total_max_attempts": 1}),
        )

    return make


@pytest.fixture
def client(make_client):
    return make_client(60)


def versions(client):
    return [each["Version"] for each in client.list_layer_versions(LayerName="a")["LayerVersions"]]


@pytest.mark.parametrize("when", list(Cut))
def test_what_comes_too_late_is_carried_out_all_the_same(make_client, client, proxy, when):
    proxy.inject(Delay(1.0, when), call=PUBLISH)
    with pytest.raises(ReadTimeoutError):
        make_client(0.5).publish_layer_version(**LAYER)
    assert proxy.settle()
    assert versions(client) == [1]
    published = proxy.exchanges[0]
    assert not published.delivered
    assert (published.begun - published.arrived >= 1.0) is (when is Cut.BEFORE)


@pytest.mark.parametrize(("when", "done"), [(Kill.BEFORE, 0), (Kill.AFTER, 1), (Kill.ANSWERED, 1)])
def test_the_killer_comes_at_its_moment(client, proxy, when, done):
    seen = []

    def kill():
        seen.append(sum(bool(exchange.carried_out) for exchange in proxy.exchanges))

    proxy.kill = kill
    proxy.inject(when, call=PUBLISH)
    client.publish_layer_version(**LAYER)
    assert proxy.settle()
    assert seen == [done]
    assert proxy.exchanges[0].delivered is (when is Kill.ANSWERED)


def test_the_weather_is_asked_where_no_fault_fits(client, proxy):
    asked = []

    def weather(call, nth):
        asked.append(nth)
        return Refusal(400, "Stormy") if nth == 2 else None

    proxy.weather = weather
    assert versions_or_none(client) is None
    with pytest.raises(ClientError, match="Stormy"):
        client.list_layer_versions(LayerName="a")
    assert asked == [1, 2]
    proxy.forget()
    assert versions_or_none(client) is None


def versions_or_none(client):
    return versions(client) or None


def test_lists_have_pages_as_on_aws(client, proxy):
    for number in range(5):
        client.publish_layer_version(LayerName="a", Content={"ZipFile": b"%d" % number})
    proxy.page_length = 2
    found = list(client.get_paginator("list_layer_versions").paginate(LayerName="a"))
    assert [[each["Version"] for each in page["LayerVersions"]] for page in found] == [
        [5, 4],
        [3, 2],
        [1],
    ]
    assert proxy.count("GET .*/versions") == 3


def test_other_answers_have_no_pages():
    for answer in ((200, [], b"{}"), (404, [], b"no")):
        assert page(answer, "GET", "/2018-10-31/layers/a/versions/1", 2) is answer
        assert page(answer, "POST", "/2018-10-31/layers", 2) is answer


def test_a_strict_aws_takes_no_statement_twice(client, embedded, proxy):
    client.publish_layer_version(**LAYER)
    proxy.strict = True
    grant = {
        "LayerName": "a",
        "VersionNumber": 1,
        "Action": "lambda:GetLayerVersion",
        "Principal": "*",
    }
    client.add_layer_version_permission(**grant, StatementId="public")
    with pytest.raises(ClientError, match="ResourceConflictException"):
        client.add_layer_version_permission(**grant, StatementId="public")
    client.add_layer_version_permission(**grant, StatementId="another")


def test_a_strict_aws_makes_no_version_of_an_object_that_is_gone(client, settings, proxy):
    proxy.strict = True
    gone = {"S3Bucket": "bucket", "S3Key": "layerfactory/gone.zip"}
    with pytest.raises(ClientError, match="NoSuchKey"):
        client.publish_layer_version(LayerName="a", Content=gone)
    assert versions(client) == []


def test_what_a_client_did_not_finish_to_say_is_not_heard(embedded, proxy):
    import socket

    host, port = proxy.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        head = "POST /2018-10-31/layers/a/versions HTTP/1.1\r\nContent-Length: 100\r\n\r\n{"
        connection.sendall(head.encode())
    time.sleep(0.2)
    assert proxy.exchanges == []
