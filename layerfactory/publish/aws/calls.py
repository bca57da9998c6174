"""How every call to AWS is made: tried again while that may help, and failing in our words."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)

from layerfactory.publish.aws.failures import (
    AWS_ERRORS,
    UNREADABLE,
    is_transient,
    retry_after,
    translate,
    unreadable,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from layerfactory.data.regions import Region
    from layerfactory.publish.aws.pace import Pacer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """When to try again. botocore's own retries are off, so that this is all there is."""

    attempts: int = 8
    seconds: float = 300.0
    """No attempt starts later than this after the first."""
    first_wait: float = 0.5
    """Seconds; the waits double from here, each of random length up to its bound."""
    longest_wait: float = 20.0
    sleep: Callable[[float], None] = time.sleep

    def run(self, operation: Callable[[], T]) -> T:
        """Call until it succeeds or fails for good; the last failure is raised as it is."""
        retrying = Retrying(
            retry=retry_if_exception(is_transient),
            wait=self._wait,
            stop=stop_after_attempt(self.attempts) | stop_before_delay(self.seconds),
            sleep=self.sleep,
            reraise=True,
        )
        return retrying(operation)

    def _wait(self, state: RetryCallState) -> float:
        backoff = wait_random_exponential(multiplier=self.first_wait, max=self.longest_wait)(state)
        error = state.outcome.exception() if state.outcome else None
        return max(backoff, retry_after(error) if error else 0.0)


@dataclass(frozen=True, slots=True)
class Calls:
    """Makes calls to one service of one region."""

    region: Region
    retry: RetryPolicy
    pacer: Pacer | None = None
    """Shared by all who call the service there; none where it need not be paced."""
    taken: Callable[[], bool] = lambda: False
    """Whether the partition took the same credentials elsewhere."""

    def make(self, action: str, operation: Callable[[], T]) -> T:
        """Make one call.

        Args:
            action: the IAM action that it needs, for the message of a failure.
            operation: calls boto3 and takes what it needs out of the answer, so that an answer
                of another shape than AWS's fails here; it may be called several times.

        Raises:
            AwsError: it failed for good.
        """

        def in_turn() -> T:
            if self.pacer is not None:
                self.pacer.wait()
            return operation()

        try:
            return self.retry.run(in_turn)
        except AWS_ERRORS as error:
            raise translate(error, action, self.region, taken=self.taken()) from error
        except UNREADABLE as error:
            raise unreadable(error, action, self.region) from error
