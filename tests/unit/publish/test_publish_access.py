import json
from dataclasses import replace

import pytest

from layerfactory.publish.policy import Access, read_access

EVERYBODY = {"Effect": "Allow", "Principal": "*", "Action": "lambda:GetLayerVersion"}


def grants_everybody(policy):
    return read_access(policy).public


def policy(**changes):
    return json.dumps({"Version": "2012-10-17", "Statement": [{**EVERYBODY, **changes}]})


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"Principal": {"AWS": "*"}},
        {"Principal": {"AWS": ["111111111111", "*"]}},
        {"Action": ["lambda:GetLayerVersion"]},
        {"Condition": {}},
    ],
)
def test_everybody_may_use_it(changes):
    assert grants_everybody(policy(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"Principal": "111111111111"},
        {"Principal": {"AWS": "arn:aws:iam::111111111111:root"}},
        {"Action": "lambda:ListLayerVersions"},
        {"Effect": "Deny"},
        {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}},
    ],
)
def test_not_everybody_may_use_it(changes):
    assert not grants_everybody(policy(**changes))


def test_one_statement_of_several_is_enough_and_none_is_not():
    two = {"Statement": [{**EVERYBODY, "Principal": "111111111111"}, EVERYBODY]}
    assert grants_everybody(json.dumps(two))
    assert not grants_everybody("{}")


OURS = {**EVERYBODY, "Sid": "public"}
THEIRS = {**EVERYBODY, "Sid": "console"}


def access(*statements):
    return read_access(json.dumps({"Statement": list(statements)}))


def test_what_we_granted_is_told_from_what_others_did():
    assert access(OURS) == Access(public=True, ours=True)
    theirs = Access(public=True, others=("console",), public_by=("console",))
    assert access(THEIRS) == theirs
    assert access(OURS, THEIRS) == replace(theirs, ours=True)
    one = {**THEIRS, "Sid": "partner", "Principal": "111111111111"}
    assert access(OURS, one) == Access(public=True, ours=True, others=("partner",))
    assert access() == Access()


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"Principal": {"AWS": "111111111111"}}, "names 111111111111"),
        ({"Principal": None}, "names None"),
        ({"Action": "lambda:ListLayerVersions"}, "allows lambda:ListLayerVersions"),
        ({"Effect": "Deny"}, "has the effect Deny"),
        ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}, "has the condition"),
    ],
)
def test_our_permission_is_told_when_it_was_changed(change, what):
    found = access({**OURS, **change})
    assert what in found.alteration
    assert not found.public
    assert not found.ours


def test_others_may_say_what_they_like():
    assert not access({**THEIRS, "Principal": "111111111111"}).alteration
    assert access({**EVERYBODY}).others == ("",)
