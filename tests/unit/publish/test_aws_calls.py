import json

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from layerfactory.data.regions import regions
from layerfactory.errors import AwsError, RegionUnavailableError, ThrottledError
from layerfactory.publish.aws.calls import Calls, RetryPolicy


def throttled(after=""):
    metadata = {"HTTPStatusCode": 429, "HTTPHeaders": {"retry-after": after}}
    response = {"Error": {"Code": "TooManyRequestsException"}, "ResponseMetadata": metadata}
    return ClientError(response, "GetLayerVersion")


class Operation:
    """Fails with each error in turn, then answers."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.calls = 0

    def __call__(self):
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


@pytest.fixture
def waits():
    return []


@pytest.fixture
def calls(waits):
    return Calls(regions()["us-west-2"], RetryPolicy(sleep=waits.append))


def test_a_passing_failure_is_tried_again(calls, waits):
    operation = Operation(throttled(), EndpointConnectionError(endpoint_url="x"))
    assert calls.make("lambda:GetLayerVersion", operation) == "answer"
    assert len(waits) == 2


def test_retry_after_is_waited_for(calls, waits):
    calls.make("lambda:GetLayerVersion", Operation(throttled("42")))
    assert waits == [42]


def test_the_attempts_are_bounded_and_the_waits_too(calls, waits):
    operation = Operation(*[throttled()] * 20)
    with pytest.raises(ThrottledError):
        calls.make("lambda:GetLayerVersion", operation)
    assert operation.calls == 8
    assert len(waits) == 7
    assert all(0 <= wait <= min(20, 0.5 * 2**n) for n, wait in enumerate(waits))


def test_a_wait_beyond_the_time_bound_is_not_begun(calls, waits):
    operation = Operation(*[throttled("301")] * 20)
    with pytest.raises(ThrottledError):
        calls.make("lambda:GetLayerVersion", operation)
    assert operation.calls == 1
    assert waits == []


def test_what_cannot_pass_is_tried_once(calls, waits):
    denied = {"Error": {"Code": "ResourceNotFoundException"}, "ResponseMetadata": {}}
    operation = Operation(ClientError(denied, "GetLayerVersion"))
    with pytest.raises(Exception, match="ResourceNotFoundException"):
        calls.make("lambda:GetLayerVersion", operation)
    assert operation.calls == 1
    assert waits == []


def test_a_dead_region_is_told_after_all_attempts(calls):
    operation = Operation(*[EndpointConnectionError(endpoint_url="x") for _ in range(9)])
    with pytest.raises(RegionUnavailableError, match="us-west-2: lambda:GetLayerVersion"):
        calls.make("lambda:GetLayerVersion", operation)
    assert operation.calls == 8


def test_a_bug_keeps_its_traceback(calls):
    with pytest.raises(ZeroDivisionError):
        calls.make("lambda:GetLayerVersion", lambda: 1 // 0)


def too_deep():
    return json.loads("[" * 100_000)


@pytest.mark.parametrize(
    "read", [lambda: {}["Version"], lambda: [].items, lambda: int("x"), too_deep]
)
def test_an_answer_of_another_shape_is_told_and_not_asked_for_again(calls, waits, read):
    with pytest.raises(AwsError, match="answered something that is not AWS's") as caught:
        calls.make("lambda:GetLayerVersion", read)
    assert not isinstance(caught.value, RegionUnavailableError), "it is of one layer"
    with pytest.raises(RegionUnavailableError, match="answered something that is not AWS's"):
        calls.make("lambda:ListLayers", read)
    assert waits == []
