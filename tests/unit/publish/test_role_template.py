"""What the shipped role allows and whom it trusts; that it is enough is seen with real calls."""

import re

import pytest
from iam_actions import Need
from role_stack import ACCOUNT, REPOSITORY, Stack

from layerfactory.data.regions import regions
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.load import load_matrix
from layerfactory.publish.aws.settings import BUCKET_TEMPLATE, bucket_name

NAME = "OWNER@1/name@2"
SMALL = Cell("3.12", "1.9.1")


@pytest.fixture(scope="module")
def role():
    """As it is deployed with nothing but the repository's name."""
    return Stack(Repository=NAME).role()


def test_nothing_of_ours_deletes_a_version(role):
    layer = f"arn:aws:lambda:us-east-1:{ACCOUNT}:layer:{SMALL.layer_name}:1"
    assert not role.allows(Need("lambda:DeleteLayerVersion", layer))
    assert "Deny" in {
        each.effect
        for each in role.statements
        if each.covers(Need("lambda:DeleteLayerVersion", layer))
    }
    sources = (REPOSITORY / "layerfactory").rglob("*.py")
    assert [path for path in sources if "delete_layer_version" in path.read_text("utf-8")] == []


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("lambda:PublishLayerVersion", f"arn:aws:lambda:us-east-1:{ACCOUNT}:layer:other"),
        ("lambda:PublishLayerVersion", "arn:aws:lambda:us-east-1:1:layer:python-3-scikit-learn-1"),
        ("lambda:AddLayerVersionPermission", f"arn:aws:lambda:us-east-1:{ACCOUNT}:layer:other:1"),
        ("s3:CreateBucket", "arn:aws:s3:::other"),
        ("s3:ListBucket", "arn:aws:s3:::layerfactory-999999999999-us-east-1"),
        ("s3:PutObject", f"arn:aws:s3:::layerfactory-{ACCOUNT}-us-east-1/other/key"),
        ("s3:DeleteObject", f"arn:aws:s3:::layerfactory-{ACCOUNT}-us-east-1/other/key"),
        ("s3:DeleteBucket", f"arn:aws:s3:::layerfactory-{ACCOUNT}-us-east-1"),
        ("iam:PassRole", "*"),
    ],
)
def test_what_is_not_layerfactorys_is_out_of_reach(role, action, resource):
    assert not role.allows(Need(action, resource))


def test_every_layer_of_the_matrix_and_every_bucket_is_within_reach(role):
    for plan in load_matrix(REPOSITORY / "matrix.yaml").cells:
        layer = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:layer:{plan.cell.layer_name}"
        assert role.allows(Need("lambda:PublishLayerVersion", layer))
        assert role.allows(Need("lambda:GetLayerVersion", f"{layer}:12"))
    for region in regions():
        bucket = f"arn:aws:s3:::{bucket_name(BUCKET_TEMPLATE, ACCOUNT, region)}"
        assert role.allows(Need("s3:CreateBucket", bucket))
        assert role.allows(Need("s3:PutObject", f"{bucket}/layerfactory/0.zip"))


def test_one_environment_of_one_repository_is_trusted():
    stack = Stack(
        Repository=NAME, Environment="release", ReadingEnvironment="index", SessionSeconds="7200"
    )
    for name, environment in (("PublishingRole", "release"), ("ReadingRole", "index")):
        role = stack.role(name)
        (statement,) = role.trust["Statement"]
        assert statement["Principal"] == {"Federated": "Provider"}
        assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
        assert statement["Condition"] == {
            "StringEquals": {
                "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                "token.actions.githubusercontent.com:sub": f"repo:{NAME}:environment:{environment}",
            }
        }
        assert role.session_seconds == 7200
    provider = stack.resources["Provider"]
    assert provider["Url"] == "https://token.actions.githubusercontent.com"
    assert provider["ClientIdList"] == ["sts.amazonaws.com"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Repository", "OWNER/*"),
        ("Repository", "OWNER/name:ref:refs/heads/main"),
        ("Repository", "${aws:username}/name"),
        ("Repository", "OWNER"),
        ("Environment", "*"),
        ("Environment", ""),
        ("ReadingEnvironment", "a*"),
        ("ProviderArn", "arn:aws:iam::123456789012:oidc-provider/example.org"),
        ("StagingBuckets", "mine/other"),
    ],
)
def test_no_parameter_trusts_more_than_it_names(name, value):
    with pytest.raises(ValueError, match=name):
        Stack(**{"Repository": NAME, name: value})


def test_a_provider_that_is_there_is_taken():
    arn = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
    stack = Stack(Repository="OWNER/name", ProviderArn=arn)
    (statement,) = stack.role().trust["Statement"]
    assert statement["Principal"] == {"Federated": arn}
    assert set(stack.resources) == {"Reading", "Publishing", "PublishingRole"}


def test_buckets_of_ones_own_are_named():
    role = Stack(Repository=NAME, StagingBuckets="mine-*").role()
    assert role.allows(Need("s3:PutObject", "arn:aws:s3:::mine-us-east-1/layerfactory/0.zip"))
    own = f"arn:aws:s3:::layerfactory-{ACCOUNT}-us-east-1"
    assert not role.allows(Need("s3:CreateBucket", own))


@pytest.mark.parametrize("partition", ["aws-cn", "aws-us-gov", "aws-eusc"])
def test_it_serves_other_partitions(partition):
    role = Stack(partition, Repository=NAME).role()
    found = {part for each in role.statements for part in each.resources if part != "*"}
    assert {resource.split(":")[1] for resource in found} == {partition}


def test_there_is_no_wildcard_among_the_actions(role):
    actions = [action for each in role.statements for action in each.actions]
    assert len(actions) == 19
    assert all(re.fullmatch(r"(lambda|s3):[A-Za-z]+", action) for action in actions)


def test_the_page_tells_of_each_action(role):
    page = (REPOSITORY / "docs" / "role.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+:\w+)` \| (\S+) \|", page, re.MULTILINE)
    assert len(rows) == len(dict(rows))
    assert {action for action, _ in rows} == role.allowed
    kinds = {"`*`": "*", "layers": ":layer:", "versions": ":layer:", "buckets": "s3:::"}
    for action, kind in rows:
        resources = {
            resource
            for each in role.statements
            if action in each.actions
            for resource in each.resources
        }
        assert all(kinds.get(kind, "/layerfactory/*") in resource for resource in resources)
