"""The client of one region: lists by page, permissions, storage, partitions."""

import json

import pytest
from botocore.exceptions import ClientError
from fault_proxy import FOREVER, PUBLISH, Body, Refusal
from synthetic_layers import make_layer

from layerfactory.data.regions import regions
from layerfactory.errors import AccessDeniedError, AwsError, RegionUnavailableError
from layerfactory.matrix.cell import Cell
from layerfactory.publish.aws import layers
from layerfactory.publish.identity import claimed_sha256
from layerfactory.publish.package import Package
from layerfactory.publish.storage import Storage

WEST = regions()["us-west-2"]
CELL = Cell("3.12", "1.9.1")
NAME = CELL.layer_name


@pytest.fixture
def client(aws):
    return aws.layers(WEST)


@pytest.fixture
def package(tmp_path):
    return Package.of(make_layer(tmp_path, CELL))


def entry(number, name=NAME):
    return {
        "LayerVersionArn": f"arn:aws:lambda:us-west-2:123456789012:layer:{name}:{number}",
        "Version": number,
        "Description": f"number {number}",
        "CreatedDate": "2026-11-23T10:00:00.000+0000",
    }


def answer(**values):
    return Body(json.dumps(values).encode())


def layer(name, number):
    return {"LayerName": name, "LatestMatchingVersion": entry(number, name)}


def test_the_list_of_layers_tells_the_newest_version_of_each(client, package, tmp_path):
    assert client.list_layers() == {}
    client.publish(package)
    client.publish(Package.of(make_layer(tmp_path, CELL, b"another")))
    other = Package.of(make_layer(tmp_path, Cell("3.13", "1.9.1")))
    client.publish(other)
    found = client.list_layers()
    assert {name: listed.version for name, listed in found.items()} == {
        NAME: 2,
        other.layer_name: 1,
    }
    listed = found[other.layer_name]
    assert claimed_sha256(listed.description) == other.sha256
    assert listed.arn.endswith(f":layer:{other.layer_name}:1")


def test_lists_are_asked_page_by_page(client, proxy):
    """moto has one page only."""
    first = r"GET /2018-10-31/layers\?MaxItems=50$"
    proxy.inject(answer(Layers=[layer("a", 3), layer("b", 1)], NextMarker="m 1"), call=first)
    proxy.inject(answer(Layers=[layer("c", 7)], NextMarker="m2"), call="Marker=m(%20|\\+)1")
    proxy.inject(answer(Layers=[layer("d", 2)]), call="Marker=m2")
    found = client.list_layers()
    assert {name: listed.version for name, listed in found.items()} == {
        "a": 3,
        "b": 1,
        "c": 7,
        "d": 2,
    }
    assert len(proxy.calls) == 3


def test_versions_are_asked_page_by_page_and_come_newest_first(client, proxy):
    proxy.inject(
        answer(LayerVersions=[entry(2), entry(51)], NextMarker="m"), call=r"versions\?MaxItems=50$"
    )
    proxy.inject(answer(LayerVersions=[entry(1)]), call="Marker=m")
    found = client.list_versions(NAME)
    assert [(each.version, each.description) for each in found] == [
        (51, "number 51"),
        (2, "number 2"),
        (1, "number 1"),
    ]


def test_a_page_that_fails_is_asked_again_and_not_those_before(client, proxy, waits):
    proxy.inject(answer(LayerVersions=[entry(2)], NextMarker="m"), call=r"MaxItems=50$")
    proxy.inject(Refusal(429, "TooManyRequestsException"), call="Marker=m")
    proxy.inject(answer(LayerVersions=[entry(1)]), call="Marker=m")
    assert [each.version for each in client.list_versions(NAME)] == [2, 1]
    assert len(proxy.calls) == 3
    assert len(waits) == 1


def test_a_list_without_end_is_told(client, proxy):
    proxy.inject(answer(Layers=[], NextMarker="m"), times=FOREVER)
    with pytest.raises(RegionUnavailableError, match="lead round in a circle"):
        client.list_layers()
    assert len(proxy.calls) == 2


def test_a_list_that_goes_round_is_told(client, proxy):
    def weather(call, nth):
        return answer(Layers=[], NextMarker="B" if "Marker=A" in call.path else "A")

    proxy.weather = weather
    with pytest.raises(RegionUnavailableError, match="lead round in a circle"):
        client.list_layers()
    assert len(proxy.calls) == 3


def test_a_list_that_goes_on_for_ever_is_told(client, proxy, monkeypatch):
    monkeypatch.setattr(layers, "_PAGES", 5)
    proxy.weather = lambda _call, _nth: answer(Layers=[], NextMarker=f"m{len(proxy.calls)}")
    with pytest.raises(RegionUnavailableError, match="have no end"):
        client.list_layers()
    assert len(proxy.calls) == 6


@pytest.mark.parametrize("size", [-1, 10**400])
def test_a_size_that_is_none_is_told(client, package, proxy, size):
    client.publish(package)
    arn = f"arn:aws:lambda:us-west-2:123456789012:layer:{NAME}:1"
    content = {"CodeSha256": package.code_sha256, "CodeSize": size}
    told = answer(LayerVersionArn=arn, Content=content, CreatedDate="2026-11-23T00:00:00+00:00")
    proxy.inject(told, call="GET .*/versions/1$")
    with pytest.raises(AwsError, match="a size is out of all bounds"):
        client.read(NAME, 1)


@pytest.mark.parametrize(
    ("told", "instead"),
    [("us-west-2", "us-east-1"), ("1-9-1", "1-9-0"), (":1", ":9"), ("123456789012", "1" * 12)],
)
def test_the_version_of_another_place_is_not_taken_for_the_one_that_was_asked_for(
    aws, client, package, proxy, told, instead
):
    client.publish(package)
    aws.account(WEST)
    arn = client.read(NAME, 1).arn
    content = {"CodeSha256": package.code_sha256, "CodeSize": 1}
    wrong = {"LayerVersionArn": arn[::-1].replace(told[::-1], instead[::-1], 1)[::-1]}
    proxy.inject(answer(**entry(1) | wrong, Content=content), call=r"GET .*/versions/1$")
    with pytest.raises(AwsError, match=f"it is of {wrong['LayerVersionArn']}"):
        client.read(NAME, 1)


def test_a_layer_that_is_not_there_has_no_versions(client, proxy):
    assert client.list_versions("none") == ()
    proxy.inject(Refusal(404, "ResourceNotFoundException"))
    assert client.list_versions("none") == ()


def test_what_was_granted_is_taken_back_and_nothing_else(client, package):
    client.publish(package)
    client._lambda.add_layer_version_permission(
        LayerName=NAME,
        VersionNumber=1,
        StatementId="console",
        Action="lambda:GetLayerVersion",
        Principal="111111111111",
    )
    client.grant(NAME, 1)
    assert client.read(NAME, 1).access.ours
    client.revoke(NAME, 1)
    access = client.read(NAME, 1).access
    assert (access.public, access.ours, access.others) == (False, False, ("console",))


def test_to_take_back_what_is_not_there_is_no_fault(client, package):
    client.publish(package)
    client.revoke(NAME, 1)
    assert not client.read(NAME, 1).public


def test_a_version_that_is_not_there_is_an_error(client):
    with pytest.raises(AwsError, match="ResourceNotFoundException"):
        client.read("none", 1)


def test_a_version_tells_what_it_says_of_itself(client, package):
    client.publish(package)
    found = client.read(NAME, 1)
    assert found.description == package.request["Description"]
    assert claimed_sha256(found.description) == package.sha256
    assert found.code_sha256 == package.code_sha256


def test_storage_is_read_from_the_accounts_settings(client, proxy):
    settings = {"AccountLimit": {"TotalCodeSize": 80530636800}, "AccountUsage": {}}
    proxy.inject(answer(**settings | {"AccountUsage": {"TotalCodeSize": 12}}), call="account-se")
    assert client.storage() == Storage(used=12, limit=80530636800)
    proxy.inject(Refusal(403, "AccessDeniedException"), call="account-settings")
    with pytest.raises(AccessDeniedError, match="lambda:GetAccountSettings"):
        client.storage()
    proxy.inject(answer(**settings), call="account-settings")
    with pytest.raises(AwsError, match="not AWS's"):
        client.storage()


def test_an_aws_that_has_no_such_settings_is_told_and_not_traced(client):
    with pytest.raises(AwsError, match="lambda:GetAccountSettings"):
        client.storage()


def test_a_lost_answer_is_found_among_the_later_versions_only(client, package, proxy):
    """Equal bytes that were there before are another version than the one that was asked for."""
    from fault_proxy import Cut

    assert client.publish(package) == 1
    proxy.inject(Cut.BEFORE, call=PUBLISH)
    assert client.publish(package, after=1) == 2
    proxy.inject(Cut.AFTER, call=PUBLISH)
    assert client.publish(package, after=2) == 3
    assert [each.version for each in client.list_versions(NAME)] == [3, 2, 1]


@pytest.mark.parametrize(
    ("name", "partition"),
    [
        ("us-west-2", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("eusc-de-east-1", "aws-eusc"),
    ],
)
def test_each_partition_has_its_own_arns(aws, package, name, partition):
    client = aws.layers(regions()[name])
    client.publish(package)
    client.grant(NAME, 1)
    found = client.read(NAME, 1)
    assert found.arn == f"arn:{partition}:lambda:{name}:123456789012:layer:{NAME}:1"
    assert found.public


def test_botocores_own_errors_do_not_get_out(client, proxy):
    proxy.inject(Refusal(400, "InvalidParameterValueException"))
    with pytest.raises(AwsError) as caught:
        client.list_layers()
    assert isinstance(caught.value.__cause__, ClientError)
