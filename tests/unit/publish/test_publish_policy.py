import json

import pytest

from layerfactory.publish.remote import grants_everybody

EVERYBODY = {"Effect": "Allow", "Principal": "*", "Action": "lambda:GetLayerVersion"}


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
