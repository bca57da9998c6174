"""The shipped role allows just what the code calls: each call of a rehearsal is held against it."""

import json
import os

import pytest
from fault_proxy import Refusal
from iam_actions import NEEDS_NO_PERMISSION, need_of
from layer_addresses import HANDING_OUT, addresses
from ready_layers import write_layer, write_matrix
from role_stack import Stack
from typer.testing import CliRunner

from layerfactory.cli.app import app
from layerfactory.matrix.cell import Cell

__all__ = ["addresses"]

SMALL, LARGE = Cell("3.12", "1.9.1"), Cell("3.13", "1.9.1")
REGIONS = ("us-east-1", "us-west-2")
# Made by the first upload, and there when the next one comes.
THEIR_BUCKETS = ("--bucket", "layerfactory-{account}-theirs-{region}")
# Allowed, and called by nobody here: Lambda does it in the name of who publishes.
CALLED_BY_LAMBDA = {"s3:GetObject"}


@pytest.fixture
def verb(tmp_path, monkeypatch, proxy):
    """Runs a verb against the proxy, in a folder with a small and a large layer."""
    write_matrix(tmp_path, (SMALL, LARGE), REGIONS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "embedded")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "embedded")

    def run(*words, code=0):
        done = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False)
        assert done.exit_code == code, done.stderr
        return json.loads(done.stdout)

    return run


def rehearse(verb, proxy, root):
    """Everything that speaks to AWS, small and large, well and ill."""
    write_layer(root, SMALL, b"small")
    write_layer(root, LARGE, os.urandom(52_425_729))
    proxy.inject(Refusal(403, "AccessDenied"), call="partNumber=2")
    verb("publish", *THEIR_BUCKETS, code=6)
    verb("publish", *THEIR_BUCKETS)
    verb("publish", "--private")
    write_layer(root, SMALL, b"newer")
    verb("publish", "--dry-run")
    verb("publish")
    verb("index")
    verb("jobs")
    verb("balance", "--region", "eu-west-1", "--apply")


def needs_of(proxy):
    """What was called with our credentials."""
    return {need_of(call) for call in proxy.calls if call.service}


@pytest.mark.usefixtures("addresses")
def test_it_allows_what_is_called_and_nothing_else(verb, proxy, tmp_path):
    role = Stack(Repository="OWNER/name").role()
    rehearse(verb, proxy, tmp_path)
    needs = {need for need in needs_of(proxy) if need.action not in NEEDS_NO_PERMISSION}
    assert [need for need in needs if not role.allows(need)] == []
    assert {need.action for need in needs} == role.allowed - CALLED_BY_LAMBDA
    for statement in role.statements:
        if statement.effect == "Allow":
            assert any(statement.covers(need) for need in needs)
    # The zips of a balance come by addresses that AWS has signed.
    assert {str(call) for call in proxy.calls if not call.service} == {
        str(call) for call in proxy.calls if HANDING_OUT in str(call)
    }
    assert proxy.count(HANDING_OUT) > 0
    assert "lambda:DeleteLayerVersion" not in {need.action for need in needs}


@pytest.mark.usefixtures("addresses")
def test_the_reading_role_allows_what_planning_and_the_index_call(verb, proxy, tmp_path):
    role = Stack(Repository="OWNER/name", ReadingEnvironment="index").role("ReadingRole")
    write_layer(tmp_path, SMALL, b"small")
    write_layer(tmp_path, LARGE, b"large")
    verb("publish", "--region", "us-east-1")
    write_layer(tmp_path, SMALL, b"newer")
    proxy.calls.clear()
    verb("publish", "--dry-run")
    verb("index")
    verb("jobs")
    verb("balance")
    needs = {need for need in needs_of(proxy) if need.action not in NEEDS_NO_PERMISSION}
    assert [need for need in needs if not role.allows(need)] == []
    assert {need.action for need in needs} == role.allowed
    assert not any(need.action.startswith("s3:") for need in needs)
