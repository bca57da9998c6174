"""Takes a published zip back from AWS: whole, and the very one that was published."""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError, HTTPClientError
from botocore.httpsession import URLLib3Session
from botocore.response import StreamingBody
from botocore.utils import get_environ_proxies

from layerfactory.errors import AwsError, NoAddressError, PublishError
from layerfactory.publish.identity import code_sha256
from layerfactory.publish.package import Package
from layerfactory.publish.policy import READ_ACTION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from types_boto3_lambda import LambdaClient

    from layerfactory.publish.aws.calls import Calls

_CONNECT_SECONDS, _READ_SECONDS = 10, 120
# botocore's timeout is for each piece that comes. The whole zip has this long, plus its size by the
# pace of a very slow line.
_FLOOR_SECONDS, _SLOWEST_BYTES_PER_SECOND = 120, 50_000
_PIECE = 1 << 20
_OK = 200
# What a version says of itself, as PublishLayerVersion takes it.
_METADATA = ("Description", "CompatibleRuntimes", "CompatibleArchitectures", "LicenseInfo")


class TooSlowError(HTTPClientError):
    """A zip that drips: as good as no answer."""

    fmt = "the zip of {size:,} bytes did not come within {seconds:,.0f} seconds"


class Timely:
    """What comes over a connection, for as long as it comes fast enough.

    Args:
        raw: the answer as urllib3 has it.
        size: bytes that are to come.
        clock: tells seconds, from any moment on.
    """

    def __init__(self, raw: Any, size: int, clock: Callable[[], float]) -> None:
        self._raw = raw
        self._size = size
        self._clock = clock
        self._seconds = _FLOOR_SECONDS + size / _SLOWEST_BYTES_PER_SECOND
        self._began = clock()

    def read(self, length: int) -> bytes:
        """What has come, up to ``length`` bytes; raises TooSlowError."""
        if self._clock() - self._began > self._seconds:
            raise TooSlowError(size=self._size, seconds=self._seconds)
        # read() would wait until it has the whole length, however slowly that comes.
        piece: bytes = self._raw.read1(length)
        return piece


class LayerContents:
    """Reads zips out of one region.

    Args:
        client: Lambda of that region.
        calls: how calls are made.
        verify: whether certificates are checked, or the file with those that are trusted.
        direct: past the proxies that the environment names.
        clock: tells seconds, from any moment on.
    """

    def __init__(
        self,
        client: LambdaClient,
        calls: Calls,
        *,
        verify: bool | str,
        direct: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lambda = client
        self._calls = calls
        self._verify = verify
        self._direct = direct
        self._clock = clock

    @contextmanager
    def fetched(self, layer_name: str, version: int, expected: str) -> Iterator[Package]:
        """Have a version's zip on disk for the length of the block, ready to be published again.

        Args:
            layer_name: of the layer.
            version: its number.
            expected: the zip's sha256 in base64; AWS and the bytes must both agree.

        Raises:
            AwsError: it cannot be fetched, or it is another zip.
            PublishError: it cannot be kept on this machine.
        """
        with _folder() as folder:
            path = folder / f"{layer_name}-{version}.zip"

            def fetch() -> Package:
                # An address is good for ten minutes: each attempt asks for one of its own.
                told = self._lambda.get_layer_version(LayerName=layer_name, VersionNumber=version)
                return self._fetch(told, layer_name, path, expected)

            with _kept(path):
                package = self._calls.make(READ_ACTION, fetch)
            yield package

    def _fetch(self, told: Any, layer_name: str, path: Path, expected: str) -> Package:
        content, arn = told["Content"], told["LayerVersionArn"]
        if content["CodeSha256"] != expected:
            raise self._fault(f"{arn} holds other bytes than it claims")
        size = int(content["CodeSize"])
        sha256 = self._download(content.get("Location") or "", path, size, arn)
        if code_sha256(sha256) != expected:
            raise self._fault(f"{arn} came with other bytes than it has")
        request = {name: told[name] for name in _METADATA if told.get(name)}
        return Package({"LayerName": layer_name, **request}, path, sha256, size)

    def _download(self, location: str, path: Path, size: int, arn: str) -> str:
        """Write what lies at an address to a file; return its sha256 in hex."""
        if not location.startswith(("https://", "http://")):
            raise NoAddressError(
                f"{self._calls.region}: {arn}: this AWS gives no address to fetch zips from; "
                "emulators such as moto do not",
                "Nothing was published from it.",
            )
        proxies = {} if self._direct else get_environ_proxies(location)
        timeout = (_CONNECT_SECONDS, _READ_SECONDS)
        # Its stubs know less than it takes: a file of certificates, two timeouts.
        make: Any = URLLib3Session
        session = make(verify=self._verify, proxies=proxies, timeout=timeout)
        with (
            closing(session),
            path.open("wb") as file,
            self._opened(session, location, size) as body,
        ):
            digest, room = hashlib.sha256(), size
            while piece := body.read(_PIECE):
                room -= len(piece)
                if room < 0:
                    raise self._fault(f"{arn} came with more than its {size:,} bytes")
                digest.update(piece)
                file.write(piece)
        return digest.hexdigest()

    @contextmanager
    def _opened(self, session: Any, location: str, size: int) -> Iterator[StreamingBody]:
        """What lies at an address, as it comes."""
        request = AWSRequest(method="GET", url=location, stream_output=True)
        response = session.send(request.prepare())
        with closing(response.raw):
            if response.status_code != _OK:
                raise _refusal(response)
            length: Any = response.headers.get("content-length")
            body: Any = Timely(response.raw, size, self._clock)
            yield StreamingBody(body, length)

    def _fault(self, what: str) -> AwsError:
        return AwsError(f"{self._calls.region}: {what}", "Nothing was published from it.")


@contextmanager
def _folder() -> Iterator[Path]:
    """A temporary folder."""
    with ExitStack() as stack:
        with _kept(Path(gettempdir())):
            folder = stack.enter_context(TemporaryDirectory(prefix="layerfactory-"))
        yield Path(folder)


@contextmanager
def _kept(path: Path) -> Iterator[None]:
    """Turn the operating system's refusals into an error with a remedy."""
    try:
        yield
    except OSError as error:
        raise PublishError(
            f"{path}: cannot be written: {os.strerror(error.errno or 0).lower()}",
            "Free some space, or set TMPDIR to a folder that has room.",
        ) from error


def _refusal(response: Any) -> ClientError:
    """What S3 answers in place of the zip, as any refusal of AWS."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    return ClientError(
        {
            "Error": {"Code": str(response.status_code), "Message": "the zip was not handed out"},
            "ResponseMetadata": {
                "HTTPStatusCode": response.status_code,
                "HTTPHeaders": headers,
                "RequestId": headers.get("x-amz-request-id", ""),
                "HostId": headers.get("x-amz-id-2", ""),
                "RetryAttempts": 0,
            },
        },
        "GetLayerVersion",
    )
