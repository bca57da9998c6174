"""Looks at the machine, the package index, the repository and AWS; changes nothing anywhere."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from layerfactory.build.cache.folder import cache_folder
from layerfactory.build.docker.daemon import connect
from layerfactory.build.docker.images import find_image
from layerfactory.build.wheels.interpreters import find_interpreter
from layerfactory.doctor import cloud, machine
from layerfactory.doctor.asking import look_at_repository
from layerfactory.doctor.check import Check, fail, warn
from layerfactory.errors import (
    AccessDeniedError,
    AwsError,
    CredentialsError,
    DockerError,
    InterpreterNotFoundError,
    LockError,
    RegionUnavailableError,
    ThrottledError,
)
from layerfactory.jobs.github import GitHub
from layerfactory.matrix.support import SCIKIT_LEARN
from layerfactory.publish.aws.account import denied_actions, identify

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layerfactory.data.regions import Region
    from layerfactory.matrix.index import PackageIndex
    from layerfactory.matrix.model import Matrix
    from layerfactory.publish.aws.account import Identity
    from layerfactory.publish.aws.session import Aws
    from layerfactory.publish.storage import Storage

_QUICK = 3
"""Seconds that a daemon may be silent."""
_GH_SECONDS = 30.0
_ASKED = 16
"""Regions that are asked side by side."""


def look_here(matrix: Matrix, index: PackageIndex, output: Path) -> Iterator[Check]:
    """All but AWS, each thing as it is looked at.

    Args:
        matrix: what is to be built.
        index: whom locks are asked of.
        output: where layers will lie.
    """
    fault = _docker_fault()
    message, remedy = (fault.message.splitlines()[0], fault.remedy) if fault else ("", "")
    yield machine.judge_docker(message, remedy, matrix.builder)
    if fault is None:
        yield _images(matrix)
    pythons = dict.fromkeys(plan.cell.python for plan in matrix.cells)
    found = {python: _version(python) for python in pythons}
    yield machine.judge_pythons(found, docker=fault is None)
    yield _disk("room for layers", output)
    yield _disk("room for the cache", cache_folder(os.environ))
    yield _index(index)
    yield from machine.judge_actions(os.environ)
    yield from look_at_repository(GitHub(Path.cwd(), _GH_SECONDS))


def look_at_aws(aws: Aws, regions: Sequence[Region], named: frozenset[str]) -> Iterator[Check]:
    """AWS, each thing as it is looked at; without credentials nothing else is."""
    first = min(regions, key=lambda region: region.opt_in)
    try:
        identity = identify(aws, first)
    except AwsError as error:
        yield fail("credentials", error.message, error.remedy or "See docs/hosting.md.")
        return
    yield cloud.judge_identity(identity)
    yield cloud.judge_clock(identity.time, datetime.now(tz=UTC))
    with ThreadPoolExecutor(_ASKED) as pool:
        answers = pool.map(lambda region: _storage(aws, region), regions)
        told = dict(zip((region.name for region in regions), answers, strict=True))
    yield from cloud.judge_regions(told, named)
    yield _role(aws, first, identity)


def _docker_fault() -> DockerError | None:
    try:
        connect(timeout=_QUICK).close()
    except DockerError as error:
        return error
    return None


def _images(matrix: Matrix) -> Check:
    names = sorted({plan.image for plan in matrix.cells})
    try:
        return machine.judge_images({name: find_image(name) is not None for name in names})
    except DockerError as error:
        return warn("build images", error.message, error.remedy)


def _version(python: str) -> str:
    try:
        return find_interpreter(python).version
    except InterpreterNotFoundError:
        return ""


def _disk(name: str, folder: Path) -> Check:
    place = folder.absolute()
    while not place.exists():
        place = place.parent
    try:
        return machine.judge_disk(name, str(folder), shutil.disk_usage(place).free)
    except OSError as error:
        return warn(name, f"{folder}: {error.strerror}", "See whether the folder can be written.")


def _index(index: PackageIndex) -> Check:
    try:
        files = index.files(SCIKIT_LEARN)
    except LockError as error:
        return fail("package index", error.message, error.remedy)
    return machine.judge_index(len(files), sum(file.upload_time is not None for file in files))


def _storage(aws: Aws, region: Region) -> Storage | AwsError | None:
    """A region's room, or why it does not answer; None where it answers, and not to this."""
    try:
        layers = aws.layers(region)
        try:
            return layers.storage()
        except (AccessDeniedError, RegionUnavailableError, ThrottledError, CredentialsError):
            raise
        except AwsError:
            layers.list_layers()
            return None
    except AwsError as error:
        return error


def _role(aws: Aws, region: Region, identity: Identity) -> Check:
    try:
        return cloud.judge_role(denied_actions(aws, region, identity, cloud.PUBLISHING))
    except AwsError:
        return cloud.judge_role(None)
