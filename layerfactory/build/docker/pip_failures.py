"""Reads out of pip's output why it failed. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from layerfactory.build.docker.daemon import disk_full, is_disk_full
from layerfactory.errors import BuildError, LockError
from layerfactory.matrix.index import without_credentials

if TYPE_CHECKING:
    from layerfactory.build.locks.lock import Lock

_UNFETCHED = "Could not fetch URL"
_MISMATCH = "DO NOT MATCH THE HASHES"
_MISMATCHED = re.compile(r"^\s+\S+ from .*?(?P<file>[^/\s#]+\.whl)", re.MULTILINE)
_EXPECTED = re.compile(r"Expected sha256 +(?P<expected>[0-9a-f]+)\s+Got +(?P<got>[0-9a-f]+)")
_UNMATCHED = re.compile(r"No matching distribution found for (?P<what>[^\s(]+)")
_CAUSES = (
    (
        ("CERTIFICATE_VERIFY_FAILED", "certificate verify failed", "SSLError"),
        "the index's certificate is not trusted",
        "Name the CA bundle of your network in PIP_CERT (or REQUESTS_CA_BUNDLE): it is copied in.",
    ),
    (
        ("ProxyError", "Cannot connect to proxy", "Tunnel connection failed"),
        "the proxy does not let pip through",
        "Look at HTTP_PROXY, HTTPS_PROXY and NO_PROXY: the container has the host's.",
    ),
    (
        ("401 Client Error", "403 Client Error", "407 Client Error", "407 Proxy Authentication"),
        "the index or the proxy asks for other credentials",
        "Look at PIP_INDEX_URL, or at the proxy's address.",
    ),
    (
        ("Name or service not known", "Temporary failure in name resolution", "getaddrinfo"),
        "the index's name cannot be resolved in the container",
        "Look at the DNS of Docker's machine, at the proxy settings and at PIP_INDEX_URL.",
    ),
    (
        ("NewConnectionError", "Connection refused", "Network is unreachable", "timed out",
         "ConnectTimeoutError", "RemoteDisconnected", "Connection reset"),
        "the index cannot be reached from the container",
        "Look at the network of Docker's machine, at the proxy settings and at PIP_INDEX_URL.",
    ),
)  # fmt: skip


def pip_failure(lock: Lock, image: str, output: str, log: str = "") -> BuildError | LockError:
    """The error for what pip said.

    Args:
        lock: what was to be installed.
        image: where pip ran.
        output: all that pip wrote.
        log: its log, which alone tells why an address could not be fetched.
    """
    place = f"{lock.cell}: pip in {image}"
    if _MISMATCH in output:
        return _mismatch(lock, output)
    if is_disk_full(output):
        return disk_full(place)
    tail = without_credentials("\n".join(output.strip().splitlines()[-15:]))
    unfetched = [line.partition(_UNFETCHED)[2] for line in log.splitlines() if _UNFETCHED in line]
    told = "\n".join([output, *unfetched])
    for signs, what, remedy in _CAUSES:
        if any(sign in told for sign in signs):
            last = without_credentials("".join(unfetched[-1:])).strip() or tail
            return BuildError(f"{place}: {what}:\n{last}", remedy)
    unmatched = _UNMATCHED.search(output)
    if unmatched:
        return BuildError(
            f"{place}: there is no wheel of {unmatched['what']} for it:\n{tail}",
            "See whether the index of the container (PIP_INDEX_URL) has the locked wheels, or make "
            f"the lock anew: layerfactory lock --upgrade --only '{lock.cell}'",
        )
    return BuildError(f"{place} failed:\n{tail}", "Or build without Docker (`--builder wheels`).")


def _mismatch(lock: Lock, output: str) -> LockError:
    """Read the file that is not the locked one, which pip names with both hashes."""
    after = output.partition(_MISMATCH)[2]
    found, hashes = _MISMATCHED.search(after), _EXPECTED.search(after)
    wheel = found["file"] if found else "a wheel"
    detail = (
        f" (locked: sha256 {hashes['expected']}; on the index: {hashes['got']})" if hashes else ""
    )
    return LockError(
        f"{lock.cell}: {wheel}: the file on the index is not the one that was locked{detail}",
        "If the lock is right, distrust the index; if it is not, make it anew: "
        f"layerfactory lock --upgrade --only '{lock.cell}'",
    )
