import base64
import hashlib
import json
from dataclasses import replace

import pytest
from fault_proxy import FOREVER, PUBLISH, Body, Cut, Refusal
from synthetic_layers import make_layer, make_manifest

from layerfactory.data.regions import regions
from layerfactory.data.runtimes import Architecture
from layerfactory.errors import (
    AccessDeniedError,
    AwsError,
    RegionUnavailableError,
    ThrottledError,
    VerifyError,
)
from layerfactory.matrix.cell import Cell
from layerfactory.publish.apply import apply
from layerfactory.publish.package import Package
from layerfactory.publish.plan import Grant, Skip, Terms, Unreachable, Upload
from layerfactory.publish.result import State
from layerfactory.publish.survey import survey

WEST, EAST = regions()["us-west-2"], regions()["us-east-1"]
PUBLIC, PRIVATE = Terms(public=True), Terms(public=False, revoke=True)
CELLS = Cell("3.12", "1.9.1"), Cell("3.13", "1.9.1", Architecture.ARM64)


@pytest.fixture
def layers(tmp_path):
    return [make_layer(tmp_path, cell, cell.identifier.encode()) for cell in CELLS]


def release(aws, layers, regions=(WEST, EAST), terms=PUBLIC):
    return apply(aws, survey(aws, layers, regions, terms))


def newest(aws, layer):
    client, name = aws.layers(WEST), layer.cell.layer_name
    return client.read(name, client.list_versions(name)[0].version)


def lambda_answer(aws, remote):
    """All that AWS tells of a version in us-west-2."""
    return aws.layers(WEST)._lambda.get_layer_version(
        LayerName=remote.layer_name, VersionNumber=remote.version
    )


def at_the_last_look(action):
    """Weather that does something between the last look at the zip and its upload."""

    def act(call, nth):
        if call.method == "GET" and "/versions?" in call.path:
            action()

    return act


def states(results):
    return [(result.cell, result.region, str(result.state)) for result in results]


def test_each_layer_gets_to_each_region_and_is_public_there(aws, layers):
    results = release(aws, layers)
    assert states(results) == [
        ("py3.12-sklearn1.9.1-x86_64", "us-east-1", "published"),
        ("py3.12-sklearn1.9.1-x86_64", "us-west-2", "published"),
        ("py3.13-sklearn1.9.1-arm64", "us-east-1", "published"),
        ("py3.13-sklearn1.9.1-arm64", "us-west-2", "published"),
    ]
    assert results[3].arn == (
        "arn:aws:lambda:us-west-2:123456789012:layer:python-3-13-scikit-learn-1-9-1-arm64:1"
    )
    remote = newest(aws, layers[1])
    digest = hashlib.sha256(layers[1].zip.read_bytes()).digest()
    assert remote.code_sha256 == base64.b64encode(digest).decode()
    assert remote.public
    told = lambda_answer(aws, remote)
    assert told["Content"]["CodeSize"] == layers[1].manifest.zipped_bytes
    assert told["CompatibleRuntimes"] == ["python3.13"]
    assert told["CompatibleArchitectures"] == ["arm64"]
    assert told["LicenseInfo"] == "MIT"
    assert told["Description"].startswith("scikit-learn 1.9.1, numpy 2.5.0")


def test_publishing_again_uploads_nothing(aws, layers, proxy):
    first = release(aws, layers)
    proxy.calls.clear()
    again = release(aws, layers)
    assert {result.state for result in again} == {State.SKIPPED}
    assert [result.arn for result in again] == [result.arn for result in first]
    assert {call.method for call in proxy.calls} == {"GET"}


def count_asked(proxy):
    """How often each kind of call to Lambda was made."""
    kinds = {
        "ListLayers": r"lambda GET .*/layers\?",
        "ListLayerVersions": r"lambda GET .*/versions\?",
        "GetLayerVersion": r"lambda GET .*/versions/\d+$",
        "GetLayerVersionPolicy": r"lambda GET .*/policy$",
        "GetAccountSettings": "lambda GET .*/account-settings",
        "PublishLayerVersion": PUBLISH,
        "AddLayerVersionPermission": "lambda POST .*/policy$",
    }
    counts = {name: proxy.count(pattern) for name, pattern in kinds.items()}
    assert sum(counts.values()) == sum(call.service == "lambda" for call in proxy.calls)
    return {name: count for name, count in counts.items() if count}


def test_calls_grow_with_the_layers_and_not_with_their_versions(aws, layers, proxy, tmp_path):
    name = layers[0].cell.layer_name
    for number in range(5):
        package = Package.of(make_layer(tmp_path, CELLS[0], b"%d" % number))
        aws.layers(WEST).publish(package)
    fresh = make_layer(tmp_path, CELLS[0], b"the newest")
    proxy.calls.clear()
    release(aws, [fresh, layers[1]], [WEST])
    assert count_asked(proxy) == {
        "ListLayers": 1,
        "GetAccountSettings": 1,
        "ListLayerVersions": 3,  # for the older ones of the first, and before each upload
        "GetLayerVersion": 3,
        "GetLayerVersionPolicy": 3,
        "PublishLayerVersion": 2,
        "AddLayerVersionPermission": 2,
    }
    proxy.calls.clear()
    release(aws, [fresh, layers[1]], [WEST])
    assert count_asked(proxy) == {
        "ListLayers": 1,
        "GetLayerVersion": 2,
        "GetLayerVersionPolicy": 2,
    }
    assert len(aws.layers(WEST).list_versions(name)) == 6


def test_a_new_build_becomes_the_next_version(aws, layers, tmp_path):
    release(aws, layers)
    rebuilt = make_layer(tmp_path, CELLS[0], b"another build")
    results = release(aws, [rebuilt])
    assert [(result.state, result.version) for result in results] == [(State.PUBLISHED, 2)] * 2


def test_a_number_that_is_missing_is_told(aws, layers, tmp_path):
    """AWS gives no number twice: somebody deleted version 2."""
    release(aws, layers[:1], [WEST])
    release(aws, [make_layer(tmp_path, CELLS[0], b"second")], [WEST])
    name = CELLS[0].layer_name
    aws.client("lambda", WEST).delete_layer_version(LayerName=name, VersionNumber=2)
    (result,) = release(aws, [make_layer(tmp_path, CELLS[0], b"third")], [WEST])
    assert (result.state, result.version) == (State.PUBLISHED, 3)
    assert "came after version 1" in result.note


def test_the_newest_of_many_versions_decides(aws, tmp_path):
    client = aws.layers(WEST)
    for number in range(1, 13):
        client.publish(Package.of(make_layer(tmp_path, CELLS[0], b"%d" % number)))
    listed = client.list_versions(CELLS[0].layer_name)
    assert [each.version for each in listed] == list(range(12, 0, -1))
    assert client.list_layers()[CELLS[0].layer_name] == listed[0]


def test_a_version_left_private_is_healed_without_a_second_one(aws, layers, proxy):
    client = aws.layers(WEST)
    client.publish(Package.of(layers[0]))
    plan = survey(aws, layers[:1], [WEST], PUBLIC)
    assert [(type(step.action), step.remote.version) for step in plan.steps] == [(Grant, 1)]
    (result,) = apply(aws, plan)
    assert (result.state, result.version) == (State.GRANTED, 1)
    assert newest(aws, layers[0]).public
    assert proxy.count(PUBLISH) == 1


def test_granting_what_is_public_already_is_a_success_after_a_look(aws, layers, proxy):
    release(aws, layers[:1], [WEST])
    proxy.inject(Refusal(409, "ResourceConflictException"), call="POST .*/policy")
    aws.layers(WEST).grant(layers[0].cell.layer_name, 1)
    assert not proxy.faults[0].times


def test_a_conflict_over_a_private_version_is_no_success(aws, layers, proxy):
    aws.layers(WEST).publish(Package.of(layers[0]))
    proxy.inject(Refusal(409, "ResourceConflictException"), call="POST .*/policy")
    (result,) = release(aws, layers[:1], [WEST])
    assert result.state is State.FAILED
    assert "ResourceConflictException" in result.error.message


def test_private_layers_stay_private(aws, layers):
    (result,) = release(aws, layers[:1], [WEST], PRIVATE)
    assert result.state is State.PUBLISHED
    assert not newest(aws, layers[0]).public
    (again,) = release(aws, layers[:1], [WEST], PRIVATE)
    assert again.state is State.SKIPPED


def test_looking_changes_nothing(aws, layers, proxy):
    plan = survey(aws, layers, [WEST, EAST], PUBLIC)
    assert [step.action for step in plan.steps] == [Upload()] * 4
    assert {call.method for call in proxy.calls} == {"GET"}


def test_a_dead_region_does_not_stop_the_other(aws, layers, proxy):
    proxy.inject(Cut.BEFORE, region="us-east-1", times=FOREVER)
    plan = survey(aws, layers, [EAST, WEST], PUBLIC)
    assert isinstance(plan.steps[0].action, Unreachable)
    results = apply(aws, plan)
    assert [result.state for result in results] == [State.FAILED, State.PUBLISHED] * 2
    assert isinstance(results[0].error, RegionUnavailableError)
    assert results[0].to_json()["remedy"]
    proxy.faults.clear()
    healed = release(aws, layers)
    assert [result.state for result in healed] == [State.PUBLISHED, State.SKIPPED] * 2


def test_a_region_that_dies_during_the_upload_is_given_up_at_once(aws, layers, proxy, waits):
    plan = survey(aws, layers, [EAST, WEST], PUBLIC)
    proxy.calls.clear()
    proxy.inject(Cut.BEFORE, region="us-east-1", times=FOREVER)
    results = apply(aws, plan)
    assert [result.state for result in results] == [State.FAILED, State.PUBLISHED] * 2
    assert results[0].error is results[2].error
    asked = {str(call) for call in proxy.calls if call.region == "us-east-1"}
    assert len(asked) == 1, "the second layer was tried as well"


def test_nothing_listening_is_told_for_every_region(settings, waits, layers):
    from layerfactory.publish.aws.calls import RetryPolicy
    from layerfactory.publish.aws.session import Aws

    aws = Aws(replace(settings, endpoint_url="http://127.0.0.1:1"), RetryPolicy(sleep=waits.append))
    results = release(aws, layers)
    assert {type(result.error) for result in results} == {RegionUnavailableError}
    assert aws.check_credentials([WEST]) == {"aws": ""}


@pytest.mark.parametrize(
    ("refusal", "call", "kind", "word"),
    [
        (Refusal(403, "AccessDeniedException"), PUBLISH, AccessDeniedError, "PublishLayerVersion"),
        (
            Refusal(403, "AccessDeniedException"),
            "POST .*/policy",
            AccessDeniedError,
            "lambda:AddLayerVersionPermission",
        ),
        (Refusal(429, "TooManyRequestsException"), PUBLISH, ThrottledError, "after all retries"),
        (Refusal(503, "ServiceUnavailable"), "GET", ThrottledError, "lambda:ListLayers"),
    ],
)
def test_one_regions_refusal_is_told_and_the_other_goes_on(
    aws, layers, proxy, refusal, call, kind, word
):
    proxy.inject(refusal, region="us-east-1", call=call, times=FOREVER)
    east, west = release(aws, layers[:1])
    assert west.state is State.PUBLISHED
    assert east.state is State.FAILED
    assert type(east.error) is kind
    assert word in str(east.error)
    assert "us-east-1" in east.error.message


def test_throttling_and_server_errors_pass(aws, layers, proxy, waits):
    asked = (("Retry-After", "9"),)
    proxy.inject(Refusal(429, "TooManyRequestsException", headers=asked), call=PUBLISH, times=3)
    proxy.inject(Refusal(500, "ServiceException"), call="GET", times=2)
    (result,) = release(aws, layers[:1], [WEST])
    assert (result.state, result.version) == (State.PUBLISHED, 1)
    assert sum(wait >= 9 for wait in waits) == 3


def test_a_region_that_is_not_enabled_is_told_as_such(aws, layers, proxy):
    cape = regions()["af-south-1"]
    refusal = Refusal(403, "UnrecognizedClientException", "The security token is invalid.")
    proxy.inject(refusal, region="af-south-1", times=FOREVER)
    said = "not enabled for the account, or the credentials are wrong"
    refused, west = release(aws, layers[:1], [cape, WEST])
    assert west.state is State.PUBLISHED
    assert (refused.state, refused.error) == (State.NOT_ENABLED, None)
    assert said in refused.note
    named = Terms(public=True, named=frozenset({"af-south-1"}))
    refused, west = release(aws, layers[:1], [cape, WEST], named)
    assert west.state is State.SKIPPED
    assert refused.state is State.FAILED
    assert said in refused.error.message


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("InvalidParameterValueException", "CompatibleArchitectures are not supported here."),
        ("ValidationException", "Unknown parameter in input: compatibleArchitectures"),
    ],
)
def test_a_region_that_refuses_architectures_gets_the_layer_without(aws, layers, proxy, code, said):
    proxy.inject(Refusal(400, code, said), call=PUBLISH)
    (result,) = release(aws, layers[1:], [WEST])
    assert result.state is State.PUBLISHED
    remote = newest(aws, layers[1])
    assert not lambda_answer(aws, remote).get("CompatibleArchitectures")
    assert proxy.count(PUBLISH) == 2


def test_another_bad_parameter_is_not_tried_again(aws, layers, proxy):
    said = "Could not unzip uploaded file."
    proxy.inject(Refusal(400, "InvalidParameterValueException", said), call=PUBLISH)
    (result,) = release(aws, layers[:1], [WEST])
    assert said in result.error.message
    assert proxy.count(PUBLISH) == 1


@pytest.mark.parametrize("lost", [Cut.AFTER, Cut.BEFORE])
def test_a_lost_answer_never_makes_a_second_version(aws, layers, proxy, lost):
    proxy.inject(lost, call=PUBLISH)
    (result,) = release(aws, layers[:1], [WEST])
    assert (result.state, result.version) == (State.PUBLISHED, 1)
    assert len(aws.layers(WEST).list_versions(layers[0].cell.layer_name)) == 1
    assert proxy.count(PUBLISH) == (1 if lost is Cut.AFTER else 2)


def test_while_it_cannot_look_it_does_not_publish_again(aws, layers, proxy):
    plan = survey(aws, layers[:1], [WEST], PUBLIC)
    proxy.inject(Cut.AFTER, call=PUBLISH)
    proxy.inject(Cut.BEFORE, call=r"GET .*/versions/\d+$", times=FOREVER)
    (failed,) = apply(aws, plan)
    assert failed.state is State.FAILED
    assert proxy.count(PUBLISH) == 1
    proxy.faults.clear()
    (healed,) = release(aws, layers[:1], [WEST])
    assert (healed.state, healed.version) == (State.GRANTED, 1)


def test_a_zip_that_changed_is_not_uploaded(aws, layers, proxy):
    plan = survey(aws, layers[:1], [WEST], PUBLIC)
    layers[0].zip.write_bytes(b"tampered")
    (result,) = apply(aws, plan)
    assert isinstance(result.error, VerifyError)
    assert proxy.count(PUBLISH) == 0


def test_a_version_with_other_bytes_is_never_made_public(aws, layers, proxy):
    other = make_manifest(CELLS[0], b"what it took").code_sha256
    told = {"LayerVersionArn": "arn:x", "Version": 1, "Content": {"CodeSha256": other}}
    proxy.inject(Body(json.dumps(told).encode()), call=PUBLISH)
    with pytest.raises(AwsError, match="holds other bytes"):
        aws.layers(WEST).publish(Package.of(layers[0]))
    assert proxy.count("POST .*/policy") == 0


def test_progress_is_told_for_each_step(aws, layers):
    told = []
    results = apply(aws, survey(aws, layers, [WEST, EAST], PUBLIC), progress=told.append)
    assert sorted(told, key=lambda result: (result.cell, result.region)) == list(results)


def test_a_plan_of_skips_needs_no_zip(aws, layers):
    release(aws, layers)
    for layer in layers:
        layer.zip.unlink()
    plan = survey(aws, layers, [WEST, EAST], PUBLIC)
    assert all(isinstance(step.action, Skip) for step in plan.steps)
    assert {result.state for result in apply(aws, plan)} == {State.SKIPPED}


NOT_OF_AWS = [b"<html>login</html>", b"{}", b"", b"[]", b"null", b"\xff\xfe\x00", b'"text"', b"7"]


@pytest.mark.parametrize("body", NOT_OF_AWS)
def test_a_region_where_something_else_answers_stops_no_other(aws, layers, proxy, waits, body):
    proxy.inject(Body(body), region="us-west-2", times=FOREVER)
    results = release(aws, layers)
    assert [(result.region, str(result.state)) for result in results] == [
        ("us-east-1", "published"),
        ("us-west-2", "failed"),
    ] * 2
    error = results[1].error
    assert isinstance(error, RegionUnavailableError)
    assert error.message.startswith("us-west-2: lambda:ListLayers: answered something that")
    assert "AWS_ENDPOINT_URL" in error.remedy
    assert waits == []


@pytest.mark.parametrize("body", NOT_OF_AWS)
@pytest.mark.parametrize(
    ("call", "action"),
    [
        (PUBLISH, "PublishLayerVersion"),
        (r"GET .*/layers\?", "ListLayers"),
        (r"GET .*/versions\?", "ListLayerVersions"),
        (r"GET .*/versions/\d+$", "GetLayerVersion"),
        (r"GET .*/policy$", "GetLayerVersionPolicy"),
    ],
)
def test_every_answer_that_is_read_may_be_of_something_else(aws, layers, proxy, body, call, action):
    proxy.inject(Body(body), call=call, times=FOREVER)
    (result,) = release(aws, layers[:1], [WEST])
    assert isinstance(result.error, RegionUnavailableError) is (action == "ListLayers")
    assert f"us-west-2: lambda:{action}: answered something" in result.error.message
    proxy.faults.clear()
    (result,) = release(aws, layers[:1], [WEST])
    assert result.error is None


def test_one_layer_whose_policy_cannot_be_read_takes_no_other_with_it(aws, layers, proxy):
    release(aws, layers[:1], [WEST])
    policy = Body(json.dumps({"Policy": "not json", "RevisionId": "x"}).encode())
    name = layers[0].cell.layer_name
    proxy.inject(policy, call=f"{name}/versions/1/policy", times=FOREVER)
    failed, published = release(aws, layers, [WEST])
    assert "GetLayerVersionPolicy: answered something" in failed.error.message
    assert published.state is State.PUBLISHED


def test_private_takes_back_what_we_granted(aws, layers):
    release(aws, layers[:1], [WEST])
    (result,) = release(aws, layers[:1], [WEST], PRIVATE)
    assert (result.state, result.version) == (State.REVOKED, 1)
    assert not aws.layers(WEST).read(layers[0].cell.layer_name, 1).public
    (again,) = release(aws, layers[:1], [WEST], PRIVATE)
    assert again.state is State.SKIPPED


def add_statement(aws, name, sid, principal):
    aws.layers(WEST)._lambda.add_layer_version_permission(
        LayerName=name,
        VersionNumber=1,
        StatementId=sid,
        Action="lambda:GetLayerVersion",
        Principal=principal,
    )


def test_private_leaves_what_somebody_else_granted_and_tells_it(aws, layers):
    name = layers[0].cell.layer_name
    release(aws, layers[:1], [WEST], PRIVATE)
    add_statement(aws, name, "console", "*")
    (result,) = release(aws, layers[:1], [WEST], PRIVATE)
    assert result.state is State.SKIPPED
    assert "by a permission that is not ours: console" in result.to_json()["note"]
    assert aws.layers(WEST).read(name, 1).access.others == ("console",)


def test_a_permission_of_ours_that_was_changed_is_reported(aws, layers):
    name = layers[0].cell.layer_name
    release(aws, layers[:1], [WEST], PRIVATE)
    add_statement(aws, name, "public", "111111111111")
    (result,) = release(aws, layers[:1], [WEST])
    assert result.state is State.ALTERED
    assert f"{name}:1 was altered: its permission 'public' names 111111111111" in str(result.error)
    assert f"--layer-name {name} --version-number 1 --statement-id public" in result.error.remedy


def test_a_version_of_a_strangers_is_reported_and_nothing_published_over_it(aws, layers, proxy):
    name = layers[0].cell.layer_name
    aws.layers(WEST)._lambda.publish_layer_version(LayerName=name, Content={"ZipFile": b"hello"})
    proxy.calls.clear()
    (result,) = release(aws, layers[:1], [WEST])
    assert result.state is State.ALTERED
    assert "layerfactory did not publish it" in result.error.message
    assert {call.method for call in proxy.calls} == {"GET"}
    (result,) = release(aws, layers[:1], [WEST], Terms(public=True, supersede=True))
    assert (result.state, result.version) == (State.PUBLISHED, 2)
    (result,) = release(aws, layers[:1], [WEST])
    assert result.state is State.SKIPPED


def test_a_zip_that_is_replaced_before_it_goes_out_is_not_published(aws, layers, proxy):
    proxy.weather = at_the_last_look(lambda: layers[0].zip.write_bytes(b"another"))
    failed, published = release(aws, layers, [WEST])
    assert isinstance(failed.error, VerifyError)
    assert "it was changed on its way out" in failed.error.message
    assert published.state is State.PUBLISHED
    assert aws.layers(WEST).list_versions(layers[0].cell.layer_name) == ()


def test_a_zip_that_is_gone_when_it_should_go_out_fails_its_own_steps_and_no_other(
    aws, layers, proxy
):
    proxy.weather = at_the_last_look(lambda: layers[0].zip.unlink(missing_ok=True))
    results = release(aws, layers)
    assert [str(result.state) for result in results] == ["failed"] * 2 + ["published"] * 2
    assert isinstance(results[0].error, VerifyError)
    assert "cannot be read: No such file" in results[0].error.message
