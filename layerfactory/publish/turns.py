"""One upload at a time to a region, among the runs on this machine."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from layerfactory.errors import PublishError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from layerfactory.build.cache.store import Cache
    from layerfactory.data.regions import Region
    from layerfactory.publish.aws.session import Aws

_LOOKS = 900
"""Of a second each; an upload through S3 takes minutes on a slow line."""


@contextmanager
def turn(
    locks: Cache, aws: Aws, region: Region, waits: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """Hold a region for the length of the block, so that two runs do not publish one layer twice.

    Args:
        locks: what the runs on this machine share.
        aws: the account.
        region: what is held.
        waits: told once where another run holds it.

    Raises:
        PublishError: another run held it all the time.
        KeyboardInterrupt: the run was broken off meanwhile.
    """
    key = f"publish-{aws.accounts.get(region.partition, '')}-{region}"
    for look in range(_LOOKS):
        with locks.turn(key, patience=1) as held:
            if held:
                yield
                return
        if not look:
            waits()
        if aws.stop.is_set():
            raise KeyboardInterrupt
    raise PublishError(
        f"{region}: another run on this machine went on publishing there",
        "Let it end, then run the same command again.",
    )
