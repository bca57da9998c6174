"""What exchanges with AWS say of versions made twice."""

from __future__ import annotations

import json

import pytest
from chaos_log import Deed, Look, deeds, doubles, faults, kind, looks
from fault_proxy import Call, Cut, Delay, Exchange, Kill, Refusal

LAYERS = "/2018-10-31/layers"
CLIENT_KNEW, CLIENT_DID_NOT = True, False


def deed(version=1, *, asked, done, layer="a", sha256="x", answered=True):
    return Deed("us-east-1", layer, sha256, version, asked, done, answered)


def look(begun, done, layer=""):
    return Look("us-east-1", layer, begun, done)


def exchange(method, path, *, heard=3.0, delivered=True, did=None, answer=b"", done=2.0, nth=1):
    call = Call("us-east-1", "lambda", method, path)
    made = Exchange(call, nth, did, 1.0, begun=1.5, carried_out=done, answer=answer)
    made.heard, made.delivered = heard, delivered
    return made


def published(version, sha256="x", **facts):
    answer = json.dumps({"Version": version, "Content": {"CodeSha256": sha256}}).encode()
    return exchange("POST", f"{LAYERS}/a/versions", answer=answer, **facts)


def test_a_deed_is_a_version_that_aws_made():
    found = deeds([published(2, done=4.0), published(1, done=2.0, delivered=False)])
    assert [(each.version, each.answered) for each in found] == [(1, False), (2, True)]


def test_what_aws_refused_is_no_deed():
    assert deeds([exchange("POST", f"{LAYERS}/a/versions", done=0.0)]) == ()
    assert deeds([exchange("POST", f"{LAYERS}/a/versions/1/policy")]) == ()


def test_a_look_is_a_list_that_arrived():
    found = looks(
        [
            exchange("GET", LAYERS),
            exchange("GET", f"{LAYERS}/a/versions?MaxItems=50"),
            exchange("GET", f"{LAYERS}/a/versions", delivered=False),
            exchange("GET", f"{LAYERS}/a/versions/1"),
            published(1),
        ]
    )
    assert [each.layer for each in found] == ["", "a"]


def test_a_later_page_is_as_old_as_the_first():
    first, second = exchange("GET", LAYERS), exchange("GET", f"{LAYERS}?Marker=2", heard=9.0)
    first.begun, second.begun = 1.0, 8.0
    assert [(each.begun, each.done) for each in looks([first, second])] == [(1.0, 3.0), (1.0, 9.0)]


@pytest.mark.parametrize(
    ("seen", "knew"),
    [
        pytest.param([look(0, 1)], CLIENT_KNEW, id="never looked again"),
        pytest.param([look(0, 1), look(6, 7)], CLIENT_KNEW, id="looked when it was done"),
        pytest.param([look(0, 1), look(3, 4)], CLIENT_DID_NOT, id="looked while it was on its way"),
        pytest.param([look(0, 1), look(3, 6)], CLIENT_DID_NOT, id="looked just then"),
        pytest.param([look(3, 4), look(6, 7, "b")], CLIENT_DID_NOT, id="looked at another layer"),
        pytest.param([look(3, 4), look(6, 7, "a")], CLIENT_KNEW, id="looked at this layer"),
        pytest.param([look(3, 4), look(8.5, 9)], CLIENT_DID_NOT, id="looked too late"),
    ],
)
def test_a_double_is_avoidable_where_the_client_could_know(seen, knew):
    (double,) = doubles([deed(1, asked=2, done=5), deed(2, asked=8, done=9)], seen)
    assert double.avoidable is knew
    assert str(double) == "us-east-1: a:2 is :1 again"


def test_two_on_their_way_at_once_cannot_know_of_each_other():
    (double,) = doubles([deed(1, asked=2, done=9), deed(2, asked=8, done=10)], [look(0, 1)])
    assert not double.avoidable


def test_other_content_is_no_double():
    made = [deed(1, asked=1, done=2), deed(2, asked=3, done=4, sha256="y")]
    assert doubles([*made, deed(1, asked=3, done=4, layer="b")], []) == ()


def test_a_third_one_counts_too():
    made = [deed(n, asked=n, done=n + 0.5) for n in (1, 2, 3)]
    assert [double.deed.version for double in doubles(made, [])] == [2, 3]


def test_faults_are_counted_by_kind_and_kills_apart():
    dids = [Cut.AFTER, Cut.AFTER, Kill.AFTER, None, Delay(1, Cut.BEFORE), Refusal(500, "X")]
    found = faults([exchange("GET", LAYERS, did=did) for did in dids])
    assert found == {"cut after": 2, "late before": 1, "500": 1}


@pytest.mark.parametrize(
    ("does", "word"),
    [
        (Refusal(429, "TooManyRequestsException"), "throttled"),
        (Refusal(403, "AccessDeniedException"), "access denied"),
        (Refusal(403, "UnrecognizedClientException"), "not enabled"),
        (Delay(1, Cut.AFTER), "late after"),
        (Kill.BEFORE, "killed"),
    ],
)
def test_every_fault_has_a_name(does, word):
    assert kind(does) == word
