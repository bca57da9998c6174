"""Balance against moto: zips are really fetched over HTTP, and published again."""

import base64
import hashlib
import itertools
import json
import os
import re
import tempfile
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Event, Thread

import pytest
from fault_proxy import FOREVER, PUBLISH, Body, Cut, Refusal
from layer_addresses import HANDING_OUT, addresses
from moto.awslambda.models import LayerVersion
from synthetic_layers import make_layer

from layerfactory.data.regions import regions
from layerfactory.errors import AccessDeniedError, RegionUnavailableError
from layerfactory.matrix.cell import Cell
from layerfactory.publish.aws.calls import RetryPolicy
from layerfactory.publish.aws.content import LayerContents
from layerfactory.publish.aws.session import Aws
from layerfactory.publish.balance.apply import apply_balance
from layerfactory.publish.balance.result import BalanceState
from layerfactory.publish.balance.survey import survey_balance
from layerfactory.publish.balance.values import Copy, Double, Gap, Grant
from layerfactory.publish.package import Package

__all__ = ["addresses"]

pytestmark = pytest.mark.usefixtures("addresses")

WEST, EAST, EU = (regions()[name] for name in ("us-west-2", "us-east-1", "eu-west-1"))
ALL = (WEST, EAST, EU)
CELL, OTHER = Cell("3.12", "1.9.1"), Cell("3.13", "1.9.1")
NAME = CELL.layer_name
GRANT = "POST .*/policy"


@pytest.fixture
def give(aws, tmp_path):
    """Publishes versions as `publish` does: one a content, public unless it is told otherwise."""

    def give(region, *contents, cell=CELL, private=(), by=aws):
        client = by.layers(region)
        for content in contents:
            package = Package.of(make_layer(tmp_path, cell, content.encode()))
            number = client.publish(package)
            if content not in private:
                client.grant(package.layer_name, number)

    return give


def survey(aws, *cells, of=ALL, targets=ALL):
    return survey_balance(aws, [cell.layer_name for cell in cells or (CELL,)], of, targets=targets)


def balance(aws, *cells, **where):
    return apply_balance(aws, survey(aws, *cells, **where))


def told(aws, region, version, name=NAME):
    """All that AWS tells of a version, but for what must differ."""
    answer = aws.client("lambda", region).get_layer_version(LayerName=name, VersionNumber=version)
    kept = ("Description", "CompatibleRuntimes", "CompatibleArchitectures", "LicenseInfo")
    return {key: answer.get(key) for key in kept} | {
        key: answer["Content"][key] for key in ("CodeSha256", "CodeSize")
    }


def states(results):
    return [(result.region, result.version, str(result.state)) for result in results]


def test_a_new_region_gets_the_true_zips_under_their_numbers(aws, give):
    give(EAST, "one", "two", "three", private={"two"})
    plan = survey(aws, of=(EAST, EU), targets=(EU,))
    assert [(step.version, step.public) for step in plan.steps] == [
        (1, True),
        (2, False),
        (3, True),
    ]
    assert [(each.region, each.taking) for each in plan.demands] == [(EU, 11)]
    results = apply_balance(aws, plan)
    assert states(results) == [("eu-west-1", number, "published") for number in (1, 2, 3)]
    assert results[2].arn == f"arn:aws:lambda:eu-west-1:123456789012:layer:{NAME}:3"
    for number, content in enumerate(("one", "two", "three"), 1):
        assert told(aws, EU, number) == told(aws, EAST, number)
        digest = hashlib.sha256(content.encode()).digest()
        assert told(aws, EU, number)["CodeSha256"] == base64.b64encode(digest).decode()
        assert aws.layers(EU).read(NAME, number).public is (content != "two")
    assert survey(aws, of=(EAST, EU)).steps == ()


def test_a_dry_run_changes_nothing_and_fetches_nothing(aws, give, proxy):
    give(EAST, "one")
    proxy.calls.clear()
    assert [type(step) for step in survey(aws, of=(EAST, EU)).steps] == [Copy]
    assert {call.method for call in proxy.calls} == {"GET"}
    assert proxy.count(HANDING_OUT) == 0


def test_a_zip_is_fetched_once_for_all_regions(aws, give, proxy):
    give(EAST, "one", "two")
    results = balance(aws)
    assert [result.state for result in results] == [BalanceState.PUBLISHED] * 4
    assert proxy.count(HANDING_OUT) == 2


def test_only_the_chosen_regions_are_brought_on(aws, give):
    give(EAST, "one")
    assert states(balance(aws, targets=(WEST,))) == [("us-west-2", 1, "published")]


def test_a_large_zip_goes_through_a_bucket_there(aws, tmp_path):
    content = os.urandom(52_425_729)
    client = aws.layers(EAST)
    number = client.publish(Package.of(make_layer(tmp_path, CELL, content)))
    client.grant(NAME, number)
    (result,) = balance(aws, of=(EAST, WEST))
    assert result.state is BalanceState.PUBLISHED
    assert told(aws, WEST, 1) == told(aws, EAST, 1)


def test_two_layers_are_brought_on_side_by_side(aws, give):
    give(EAST, "one", "two")
    give(WEST, "three", cell=OTHER)
    results = balance(aws, CELL, OTHER, of=(EAST, WEST))
    assert [(result.layer_name, result.region, result.version) for result in results] == [
        (NAME, "us-west-2", 1),
        (NAME, "us-west-2", 2),
        (OTHER.layer_name, "us-east-1", 1),
    ]


def test_a_version_that_a_kill_left_private_is_granted(aws, give, proxy):
    give(EAST, "one", "two")
    give(WEST, "one", private={"one"})
    plan = survey(aws, of=(EAST, WEST))
    assert [type(step) for step in plan.steps] == [Grant, Copy]
    proxy.calls.clear()
    assert states(apply_balance(aws, plan)) == [
        ("us-west-2", 1, "granted"),
        ("us-west-2", 2, "published"),
    ]
    assert proxy.count(PUBLISH) == 1


def test_a_published_version_whose_answer_was_lost_is_found_and_not_doubled(aws, give, proxy):
    give(EAST, "one", "two")
    proxy.inject(Cut.AFTER, call=PUBLISH)
    assert [result.state for result in balance(aws, of=(EAST, EU))] == [BalanceState.PUBLISHED] * 2
    assert [each.version for each in aws.layers(EU).list_versions(NAME)] == [2, 1]


def test_a_download_is_tried_again_with_a_new_address(aws, give, proxy, waits):
    give(EAST, "one")
    proxy.inject(Refusal(503, "SlowDown"), call=HANDING_OUT)
    proxy.inject(Cut.BEFORE, call=HANDING_OUT)
    proxy.calls.clear()
    (result,) = balance(aws, of=(EAST, EU))
    assert result.state is BalanceState.PUBLISHED
    assert proxy.count(HANDING_OUT) == 3
    assert len(waits) == 2


def test_the_clock_is_looked_at_as_often_as_something_comes(aws, give, monkeypatch):
    """One byte comes, and no more before the clock was looked at again."""
    give(EAST, "one")
    looks, looked = itertools.count(1), Event()

    def clock():
        if next(looks) == 3:
            looked.set()
        return 0.0

    class Dripping(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response_only(200)
            self.send_header("Content-Length", "3")
            self.end_headers()
            self.wfile.write(b"o")
            if looked.wait(30):
                self.wfile.write(b"ne")

        def log_message(self, *args):
            """Stay quiet."""

    monkeypatch.setitem(LayerContents.__init__.__kwdefaults__, "clock", clock)
    with HTTPServer(("127.0.0.1", 0), Dripping) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/zip"
        without = LayerVersion.get_layer_version

        def told(version):
            answer = without(version)
            answer["Content"]["Location"] = address
            return answer

        monkeypatch.setattr(LayerVersion, "get_layer_version", told)
        (result,) = balance(aws, of=(EAST, EU))
        thread.join()
    assert result.state is BalanceState.PUBLISHED


def test_a_zip_that_comes_too_slowly_is_asked_for_anew(aws, give, proxy, waits, monkeypatch):
    """Each look at the clock finds an hour gone."""
    give(EAST, "one")
    clock = itertools.count(step=3600).__next__
    monkeypatch.setitem(LayerContents.__init__.__kwdefaults__, "clock", clock)
    (result,) = balance(aws, of=(EAST, EU))
    assert result.state is BalanceState.FAILED
    assert "the zip of 3 bytes did not come within 120 seconds" in result.error.message
    assert "Signature" not in result.error.message
    assert proxy.count(HANDING_OUT) == RetryPolicy().attempts == len(waits) + 1


@pytest.mark.parametrize(
    ("body", "said"),
    [(b"two", "came with other bytes"), (b"one more", "came with more than its 3 bytes")],
)
def test_a_zip_that_is_not_the_one_is_never_published(aws, give, proxy, body, said):
    give(EAST, "one")
    proxy.inject(Body(body), call=HANDING_OUT, times=FOREVER)
    proxy.calls.clear()
    (result,) = balance(aws, of=(EAST, EU))
    assert result.state is BalanceState.FAILED
    assert said in result.error.message
    assert proxy.count(PUBLISH) == 0


def test_a_refused_download_names_the_permission(aws, give, proxy):
    give(EAST, "one")
    proxy.inject(Refusal(403, "AccessDenied"), call=HANDING_OUT, times=FOREVER)
    (result,) = balance(aws, of=(EAST, EU))
    assert result.state is BalanceState.FAILED
    assert "lambda:GetLayerVersion" in result.error.remedy


def test_a_step_that_fails_ends_its_layer_there_and_nothing_else(aws, give, proxy):
    give(EAST, "one", "two")
    give(EAST, "three", cell=OTHER)
    no = Refusal(403, "AccessDeniedException")
    proxy.inject(no, region="eu-west-1", call=f"POST .*{NAME}/versions/1/policy")
    results = balance(aws, CELL, OTHER)
    assert [(r.layer_name, *state) for r, state in zip(results, states(results), strict=True)] == [
        (NAME, "eu-west-1", 1, "failed"),
        (NAME, "us-west-2", 1, "published"),
        (NAME, "eu-west-1", 2, "not tried"),
        (NAME, "us-west-2", 2, "published"),
        (OTHER.layer_name, "eu-west-1", 1, "published"),
        (OTHER.layer_name, "us-west-2", 1, "published"),
    ]
    assert isinstance(results[0].error, AccessDeniedError)
    assert results[2].error == results[0].error
    healed = balance(aws, CELL, OTHER)
    assert states(healed) == [("eu-west-1", 1, "granted"), ("eu-west-1", 2, "published")]
    assert survey(aws, CELL, OTHER).steps == ()


def test_a_number_that_was_not_due_stays_private_and_stops(aws, give):
    """The newest version was deleted there, which no list tells."""
    give(EAST, "one", "two", "three")
    give(EU, "one", "two")
    aws.client("lambda", EU).delete_layer_version(LayerName=NAME, VersionNumber=2)
    results = balance(aws, of=(EAST, EU))
    assert [str(result.state) for result in results] == ["failed", "not tried"]
    assert ":2 was due, and AWS gave the number 3" in results[0].error.message
    assert not aws.layers(EU).read(NAME, 3).public
    again = survey(aws, of=(EAST, EU))
    assert again.steps == ()
    assert [refusal.region for refusal in again.refusals] == [EU, EAST]  # one against one
    assert again.gaps == (Gap(NAME, EU, 2),)


@pytest.fixture
def meanwhile(settings, give, proxy):
    """Another machine: publishes at the very moment at which EU is asked to, once."""

    def meanwhile(content, **terms):
        left = [content]

        def weather(call, _nth):
            if left and call.region == EU.name and re.search(PUBLISH, str(call)):
                give(
                    EU,
                    left.pop(),
                    by=Aws(replace(settings, endpoint_url=proxy.upstream.geturl())),
                    **terms,
                )

        proxy.weather = weather

    return meanwhile


def held(aws, region):
    """Number and reach of each version, oldest first."""
    client = aws.layers(region)
    numbers = sorted(each.version for each in client.list_versions(NAME))
    return [(number, client.read(NAME, number).public) for number in numbers]


def test_a_double_by_another_machine_is_told_and_the_number_that_was_due_counts(
    aws, give, meanwhile
):
    """The other one was killed before it made its version public."""
    give(EAST, "one")
    give(WEST, "one")
    meanwhile("one", private={"one"})
    (result,) = balance(aws)
    assert (result.state, result.version, result.error) == (BalanceState.DOUBLED, 1, None)
    assert result.arn.endswith(f":{NAME}:1")
    assert result.note == f"version 2 is a double of {result.arn}, which another run published"
    assert held(aws, EU) == [(1, True), (2, False)]
    again = survey(aws)
    assert again.steps == again.refusals == ()
    assert again.doubles == (Double(NAME, EU, 2, first=1),)


def test_a_double_whose_maker_was_killed_leaves_no_first_one_private(aws, give):
    give(EAST, "one")
    give(EU, "one", "one", private={"one"})
    assert states(balance(aws, of=(EAST, EU))) == [("eu-west-1", 1, "granted")]
    assert held(aws, EU) == [(1, True), (2, False)]


def test_what_follows_a_double_comes_under_its_number(aws, give):
    """Published first where the double is, as the note says."""
    give(EAST, "one")
    give(EU, "one")
    give(EU, "one", private={"one"})
    give(EU, "two")
    results = balance(aws, of=(EAST, EU))
    assert states(results) == [("us-east-1", 2, "published"), ("us-east-1", 3, "published")]
    assert held(aws, EAST) == held(aws, EU) == [(1, True), (2, False), (3, True)]
    assert told(aws, EAST, 3) == told(aws, EU, 3)


def test_another_zip_by_another_machine_is_told_as_that(aws, give, meanwhile):
    give(EAST, "one")
    meanwhile("other")
    (result,) = balance(aws, of=(EAST, EU))
    assert result.state is BalanceState.FAILED
    said = ":1 was due, and AWS gave the number 2: somebody published another zip meanwhile"
    assert said in result.error.message
    assert held(aws, EU) == [(1, True), (2, False)]


def test_a_mark_that_lies_is_not_followed(aws, give):
    give(EAST, "one")
    client = aws.client("lambda", EAST)
    description = told(aws, EAST, 1)["Description"]
    forged = {"ZipFile": b"something else"}
    client.publish_layer_version(LayerName=NAME, Description=description, Content=forged)
    plan = survey(aws, of=(EAST, EU))
    assert plan.steps == ()
    assert {refusal.reason for refusal in plan.refusals} == {
        "us-east-1:2 is not layerfactory's, or was altered"
    }


def test_a_version_without_a_mark_is_not_followed(aws, give):
    give(EAST, "one")
    client = aws.client("lambda", EAST)
    client.publish_layer_version(LayerName=NAME, Content={"ZipFile": b"by hand"})
    assert survey(aws, of=(EAST, EU)).steps == ()


def test_a_region_that_does_not_answer_stops_no_other(aws, give, proxy):
    give(EAST, "one", "two")
    give(WEST, "one")
    gone = Refusal(403, "UnrecognizedClientException")
    proxy.inject(gone, region="eu-west-1", times=FOREVER)
    plan = survey(aws)
    ((region, error),) = plan.unreachable
    assert (region, type(error).__name__) == (EU, "CredentialsError")
    assert states(apply_balance(aws, plan)) == [("us-west-2", 2, "published")]


def test_a_region_that_is_lost_while_it_is_looked_at_is_left_out(aws, give, proxy):
    """The one that leads, so that another one has to."""
    give(EAST, "one", "two", "three")
    give(WEST, "one", "two")
    proxy.inject(Refusal(403, "AccessDeniedException"), region="us-east-1", call="GET .*/3/policy")
    plan = survey(aws)
    assert [region for region, _ in plan.unreachable] == [EAST]
    assert [(step.region, step.version, step.source) for step in plan.steps] == [
        (EU, 1, WEST),
        (EU, 2, WEST),
    ]


def test_a_source_that_is_lost_while_copying_is_asked_no_more(settings, aws, give, proxy):
    give(EAST, "one", "two")
    give(EAST, "three", cell=OTHER)
    plan = survey(aws, CELL, OTHER)
    proxy.inject(Cut.BEFORE, region="us-east-1", times=FOREVER)
    proxy.calls.clear()
    results = apply_balance(aws, plan, jobs=1)
    assert {str(result.state) for result in results} == {"failed", "not tried"}
    assert not any(isinstance(result.error, RegionUnavailableError) for result in results[:1])
    attempts = RetryPolicy().attempts
    assert proxy.count("lambda", region="us-east-1") == attempts


def test_what_was_published_meanwhile_is_not_followed(aws, give, proxy):
    give(EAST, "one", "two")
    plan = survey(aws, of=(EAST, EU))
    give(EU, "other")
    proxy.calls.clear()
    results = apply_balance(aws, plan)
    assert [str(result.state) for result in results] == ["failed", "not tried"]
    assert ":1 was due, and :1 is there" in results[0].error.message
    assert proxy.count(PUBLISH) == 0


def test_a_region_without_room_gets_nothing_and_gives_all_the_same(aws, give, proxy):
    give(EAST, "one", "two")
    give(EU, "three", cell=OTHER)
    full = {"AccountUsage": {"TotalCodeSize": 95}, "AccountLimit": {"TotalCodeSize": 100}}
    settings = Body(json.dumps(full).encode())
    proxy.inject(settings, region="eu-west-1", call="account-settings", times=FOREVER)
    plan = survey(aws, CELL, OTHER, of=(EAST, EU))
    assert [(demand.region, demand.fits) for demand in plan.demands] == [(EU, False), (EAST, True)]
    proxy.calls.clear()
    assert states(apply_balance(aws, plan)) == [
        ("eu-west-1", 1, "not tried"),
        ("eu-west-1", 2, "not tried"),
        ("us-east-1", 1, "published"),
    ]
    assert proxy.count(PUBLISH, region="eu-west-1") == 0


def test_a_region_that_runs_full_is_not_tried_again(aws, give, proxy):
    give(EAST, "one")
    give(EAST, "two", cell=OTHER)
    full = Refusal(400, "CodeStorageExceededException")
    proxy.inject(full, region="eu-west-1", call=PUBLISH, times=FOREVER)
    plan = survey(aws, CELL, OTHER, of=(EAST, EU))
    proxy.calls.clear()
    results = apply_balance(aws, plan, jobs=1)
    assert [str(result.state) for result in results] == ["failed", "not tried"]
    assert "Service Quotas" in results[0].error.remedy
    assert proxy.count(PUBLISH) == 1


def test_a_machine_without_room_says_so(aws, give, proxy, monkeypatch, tmp_path):
    give(EAST, "one")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    proxy.calls.clear()
    (result,) = balance(aws, of=(EAST, EU))
    assert result.state is BalanceState.FAILED
    assert "TMPDIR" in result.error.remedy
    assert proxy.count(PUBLISH) == 0


def test_no_version_is_ever_deleted(aws, give, proxy):
    give(EAST, "one", "two")
    give(EU, "x")
    balance(aws)
    assert proxy.count("lambda DELETE") == 0
