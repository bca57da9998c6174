"""Outputs as pip 21.3, 22.0 and 24.2 wrote them, shortened."""

from __future__ import annotations

from datetime import date

import pytest

from layerfactory.build.docker.pip_failures import pip_failure
from layerfactory.build.locks.lock import Lock
from layerfactory.errors import BuildError, DockerError, LockError
from layerfactory.matrix.cell import Cell

LOCK = Lock(Cell("3.13", "1.9.1"), date(2026, 11, 23), ())
UNFOUND = """\
ERROR: Could not find a version that satisfies the requirement numpy==2.5.3 (from versions: none)
ERROR: No matching distribution found for numpy==2.5.3
"""
MISMATCH = """\
Collecting numpy==2.5.3 (from -r /layerfactory/requirements.txt (line 2))
ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the \
package versions, please update the hashes.
    numpy==2.5.3 from https://me:pass-word@files.example/ab/numpy-2.5.3-cp313-cp313-x.whl#sha256=a \
(from -r /layerfactory/requirements.txt (line 2)):
        Expected sha256 0000
             Got        a5fa
"""
LOGGED = (
    "2026-11-23T09:10:11,123 Could not fetch URL https://me:pass-word@index.example/numpy/: {}\n"
)


def failure(output, log=""):
    return pip_failure(LOCK, "some/image", output, log)


def test_a_wheel_that_is_not_the_locked_one():
    error = failure(MISMATCH)
    assert isinstance(error, LockError)
    assert "numpy-2.5.3-cp313-cp313-x.whl" in error.message
    assert "locked: sha256 0000; on the index: a5fa" in error.message
    assert "pass-word" not in str(error)


def test_no_wheel():
    error = failure(UNFOUND)
    assert isinstance(error, BuildError)
    assert "there is no wheel of numpy==2.5.3" in error.message


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("(Caused by SSLError(SSLCertVerificationError(1, 'failed')))", "is not trusted"),
        ("(Caused by ProxyError('Cannot connect to proxy.'))", "proxy does not let pip through"),
        ("403 Client Error: Forbidden for url", "asks for other credentials"),
        ("[Errno -3] Temporary failure in name resolution", "name cannot be resolved"),
        ("[Errno 111] Connection refused", "cannot be reached"),
        ("(Caused by ConnectTimeoutError(8.8.8.8))", "cannot be reached"),
    ],
)
def test_an_index_that_pip_could_not_ask(reason, told):
    error = failure(UNFOUND, LOGGED.format(reason))
    assert type(error) is BuildError
    assert told in error.message
    assert error.remedy
    assert "pass-word" not in str(error)


def test_signs_count_only_where_an_address_was_not_fetched():
    error = failure(UNFOUND, "2026-11-23 Found link https://index.example/SSLError-1.0.whl\n")
    assert "there is no wheel" in error.message


def test_a_wrong_hash_after_a_retry_is_a_wrong_hash():
    error = failure(f"WARNING: Retrying after connection broken by NewConnectionError\n{MISMATCH}")
    assert isinstance(error, LockError)


def test_a_full_disk():
    error = failure("ERROR: Could not install packages: [Errno 28] No space left on device")
    assert isinstance(error, DockerError)
    assert "docker system prune" in error.remedy


def test_anything_else_shows_its_end():
    error = failure("\n".join(f"line {number}" for number in range(40)))
    assert "line 39" in error.message
    assert "line 3\n" not in error.message
