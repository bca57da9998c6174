"""Signs a GET as AWS's Signature Version 4 has it for S3."""

import hashlib
import hmac
from typing import Dict, Mapping, NamedTuple, Optional

ALGORITHM = "AWS4-HMAC-SHA256"
# Of the body, which a GET has not.
NOTHING = hashlib.sha256(b"").hexdigest()


class Credentials(NamedTuple):
    """Who asks."""

    key_id: str
    secret: str
    token: Optional[str]
    """Of a role's session, as Lambda's functions have."""


class Target(NamedTuple):
    """What is asked for."""

    host: str
    """With its port, unless that is the scheme's own."""
    path: str
    """Escaped once, as it is sent."""
    query: str
    """Escaped, and sorted by name."""


def sign(
    target: Target, headers: Mapping[str, str], credentials: Credentials, region: str, now: str
) -> Dict[str, str]:
    """Headers to send.

    Args:
        target: what is asked for.
        headers: beside those that a signature needs; by name in small letters.
        credentials: whose signature it is.
        region: of the bucket.
        now: as ``20130524T000000Z``.
    """
    signed = {
        **headers,
        "host": target.host,
        "x-amz-content-sha256": NOTHING,
        "x-amz-date": now,
    }
    if credentials.token:
        signed["x-amz-security-token"] = credentials.token
    names = ";".join(sorted(signed))
    lines = [f"{name}:{signed[name].strip()}" for name in sorted(signed)]
    request = "\n".join(["GET", target.path, target.query, *lines, "", names, NOTHING])
    scope = f"{now[:8]}/{region}/s3/aws4_request"
    digest = hashlib.sha256(request.encode()).hexdigest()
    key = ("AWS4" + credentials.secret).encode()
    for part in scope.split("/"):
        key = _hmac(key, part).digest()
    found = _hmac(key, f"{ALGORITHM}\n{now}\n{scope}\n{digest}").hexdigest()
    credential = f"{credentials.key_id}/{scope}"
    signed["authorization"] = (
        f"{ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={found}"
    )
    return signed


def _hmac(key: bytes, text: str) -> "hmac.HMAC":
    return hmac.new(key, text.encode(), hashlib.sha256)
