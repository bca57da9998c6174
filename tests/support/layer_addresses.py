"""Gives moto what AWS has: an address for the zip of each layer version.

AWS keeps published zips in S3, and GetLayerVersion tells a presigned address there. moto keeps the
bytes, and tells no address that could be fetched. The fixture lends it one in its own S3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from moto.awslambda.models import LayerVersion
from moto.s3.models import s3_backends

if TYPE_CHECKING:
    from fault_proxy import FaultProxy

HANDING_OUT = " GET /awslambda-"
"""The call that fetches a zip; it bears no signature of ours."""


@pytest.fixture
def addresses(monkeypatch: pytest.MonkeyPatch, proxy: FaultProxy) -> None:
    """Every version of every layer can be fetched, through the proxy."""
    without = LayerVersion.get_layer_version

    def told(version: LayerVersion) -> dict[str, Any]:
        answer = without(version)
        bucket, key = f"awslambda-{version.region}-layers", f"{version.name}/{version.version}"
        _keep(version, bucket, key)
        query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=600&X-Amz-Signature=0"
        answer["Content"]["Location"] = f"{proxy.url}/{bucket}/{key}?{query}"
        return answer

    monkeypatch.setattr(LayerVersion, "get_layer_version", told)


def _keep(version: LayerVersion, bucket: str, key: str) -> None:
    backend = s3_backends[version.account_id]["aws"]
    if bucket not in backend.buckets:
        backend.create_bucket(bucket, version.region)
    if key not in backend.buckets[bucket].keys:
        backend.put_object(bucket, key, version.code_bytes)
