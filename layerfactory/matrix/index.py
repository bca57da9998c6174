"""The one door to the package index: which files it offers for a project."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from layerfactory.errors import IndexUnavailableError, LockError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pypi_simple import DistributionPackage, PyPISimple

TIMEOUT = 30.0
"""Seconds that the index may keep silent."""
_RETRIES = 3
_PASSING = (429, 500, 502, 503, 504)
"""HTTP answers that may be other ones a moment later."""
_ENDPOINT_VARIABLES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")
_CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "PIP_CERT")
_USER = re.compile(r"(?<=://)[^/\s]+@")
_QUERY = re.compile(r"(://[^\s?#]*)[?#]\S*")


@dataclass(frozen=True, slots=True)
class IndexFile:
    """One wheel or source archive that the index offers."""

    filename: str
    version: str
    sha256: str
    """Hex; empty where the index tells none."""
    upload_time: datetime | None
    """With its time zone; None where the index tells none."""
    yanked: bool
    yanked_reason: str
    requires_python: str
    """A specifier such as ``>=3.11``; empty where there is none."""

    @property
    def is_wheel(self) -> bool:
        """Whether it is a wheel, not a source archive."""
        return self.filename.endswith(".whl")


class PackageIndex:
    """What the index offers, asked once a project; threads may share it.

    Args:
        endpoint: the address of a simple index; None for the public one.
        retries: how often a failing request is made again.
    """

    def __init__(self, endpoint: str | None = None, *, retries: int = _RETRIES) -> None:
        self._endpoint = endpoint
        self._retries = retries
        self._mutex = Lock()
        self._turns: dict[str, Lock] = {}
        self._known: dict[str, tuple[IndexFile, ...]] = {}

    @classmethod
    def from_environment(cls) -> PackageIndex:
        """The index that uv and pip are set to use here."""
        return cls(index_endpoint(os.environ))

    def files(self, project: str) -> tuple[IndexFile, ...]:
        """Everything that the index offers for a project, in its order.

        Raises:
            LockError: the index has no such project.
            IndexUnavailableError: the index does not answer, or not as an index does.
        """
        from packaging.utils import canonicalize_name

        name = canonicalize_name(project)
        with self._mutex:
            turn = self._turns.setdefault(name, Lock())
        with turn:  # two cells that ask at once make one request
            if name not in self._known:
                self._known[name] = self._fetch(name)
            return self._known[name]

    def _fetch(self, name: str) -> tuple[IndexFile, ...]:
        from pypi_simple import (
            NoSuchProjectError,
            UnsupportedContentTypeError,
            UnsupportedRepoVersionError,
        )
        from requests import HTTPError, RequestException

        try:
            with self._client() as client:
                page = client.get_project_page(name, timeout=TIMEOUT)
        except NoSuchProjectError:
            msg = f"the package index has no project {name!r}"
            raise LockError(
                msg, "Look at the name's spelling, and at which index is set."
            ) from None
        except HTTPError as error:
            raise self._unavailable(name, f"HTTP {error.response.status_code}") from None
        except (UnsupportedContentTypeError, UnsupportedRepoVersionError) as error:
            raise self._unavailable(name, f"not a simple index: {type(error).__name__}") from None
        except (RequestException, ValueError) as error:
            raise self._unavailable(name, type(error).__name__) from None
        return tuple(file for package in page.packages if (file := _file(package)) is not None)

    def _client(self) -> PyPISimple:
        from pypi_simple import PyPISimple
        from requests import Session
        from requests.adapters import HTTPAdapter
        from urllib3.util import Retry

        session = Session()
        retry = Retry(
            total=self._retries,
            backoff_factor=0.5,
            status_forcelist=_PASSING,
            raise_on_status=False,
        )
        for scheme in ("https://", "http://"):
            session.mount(scheme, HTTPAdapter(max_retries=retry))
        if bundle := ca_bundle(os.environ):
            session.verify = bundle
        endpoint: dict[str, Any] = {"endpoint": self._endpoint} if self._endpoint else {}
        return PyPISimple(session=session, **endpoint)

    def _unavailable(self, name: str, reason: str) -> IndexUnavailableError:
        where = f" at {without_credentials(self._endpoint)}" if self._endpoint else ""
        return IndexUnavailableError(
            f"the package index{where} cannot be asked about {name} ({reason})",
            "Look at the network, the proxy and "
            f"{', '.join(_ENDPOINT_VARIABLES)}; then run the same command again.",
        )


def index_endpoint(environ: Mapping[str, str]) -> str | None:
    """The address of the index that uv or pip is told to use; None where neither is."""
    for variable in _ENDPOINT_VARIABLES:
        if value := environ.get(variable, "").strip():
            name, equals, address = value.partition("=")
            # uv allows a name before the address: internal=https://...
            return address if equals and "/" not in name else value
    return None


def ca_bundle(environ: Mapping[str, str]) -> str | None:
    """The certificates that the host trusts; requests itself looks at the first two only."""
    return next((environ[name] for name in _CA_VARIABLES if environ.get(name)), None)


def without_credentials(text: str) -> str:
    """A text that may be printed: its addresses have no user, no password, no query."""
    return _QUERY.sub(r"\1", _USER.sub("…@", text))


def _file(package: DistributionPackage) -> IndexFile | None:
    """The file as the rooms know it; None for names of old that carry no version."""
    from packaging.version import InvalidVersion, Version

    try:
        version = str(Version(package.version or ""))
    except InvalidVersion:
        return None
    return IndexFile(
        filename=package.filename,
        version=version,
        sha256=package.digests.get("sha256", ""),
        upload_time=package.upload_time,
        yanked=package.is_yanked,
        yanked_reason=package.yanked_reason or "",
        requires_python=package.requires_python or "",
    )
