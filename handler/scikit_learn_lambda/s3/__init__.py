"""Reads an object from S3 straight into memory, large ones in ranges side by side.

On Lambda that is one signed request by the standard library, as a rule: the SDK's import alone
takes several times as long as the request. Whatever is not plain is the SDK's.
"""

import os
import re

from scikit_learn_lambda.errors import ModelError
from scikit_learn_lambda.logs import write
from scikit_learn_lambda.s3.ranges import PART_BYTES, Address, Fetched, read

ADDRESS = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<key>.+?)(?:\?versionId=(?P<version>[^&]+))?$")


def is_s3(path: str) -> bool:
    """Whether a path is an object's and no file's."""
    return path.startswith("s3://")


def parse(path: str) -> Address:
    """Read ``s3://bucket/key?versionId=…``; raises ModelError."""
    match = ADDRESS.match(path)
    if match is None:
        raise ModelError(f"{path}: s3://bucket/key is wanted")
    return Address(match.group("bucket"), match.group("key"), match.group("version"))


def fetch(path: str, part_bytes: int = PART_BYTES) -> Fetched:
    """Read an object.

    Raises:
        ModelNotFoundError: there is none.
        ModelError: it cannot be read.
    """
    # Both are slow to import: only here.
    from scikit_learn_lambda.s3 import direct

    address = parse(path)
    get = direct.reader(address, os.environ)
    if get is None:
        return _fetch_with_sdk(address, part_bytes)
    try:
        return read(get, part_bytes)
    except direct.FAULTS as error:
        # It follows redirects, tries again, and says best what is wrong.
        fetched = _fetch_with_sdk(address, part_bytes)
        write("WARNING", "The model came through the SDK, which takes longer.", cause=str(error))
        return fetched


def _fetch_with_sdk(address: Address, part_bytes: int) -> Fetched:
    from scikit_learn_lambda.s3 import sdk

    return sdk.fetch(address, os.environ, part_bytes)
