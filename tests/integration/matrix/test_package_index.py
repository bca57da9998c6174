"""The door to the package index: against a server of our own, and against the real index."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from layerfactory.errors import IndexUnavailableError, LockError
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.index import PackageIndex
from layerfactory.matrix.support import Supported, Unsupported, assess, released

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = [
    {
        "filename": "thing-1.0-py3-none-any.whl",
        "url": "thing-1.0-py3-none-any.whl",
        "hashes": {"sha256": "ab" * 32},
        "upload-time": "2020-05-19T19:25:19.976694Z",
        "requires-python": ">=3.6",
        "yanked": "broken",
    },
    {"filename": "thing-1.1.0-post1.tar.gz", "url": "x", "hashes": {}},
    {"filename": "thing-of-old.zip", "url": "x", "hashes": {}},
]


class Handler(BaseHTTPRequestHandler):
    """A simple index of one project, and several ways of not being one."""

    server: Server

    def do_GET(self) -> None:
        project = self.path.strip("/").rpartition("/")[2]
        self.server.asked[project] += 1
        status, kind, body = self.server.answer(project)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Stay silent."""


class Server(ThreadingHTTPServer):
    asked: Counter[str]

    def answer(self, project: str) -> tuple[int, str, bytes]:
        document = {"meta": {"api-version": "1.1"}, "name": "thing", "files": FILES}
        listing = json.dumps(document).replace("thing", project).encode()
        good = (200, "application/vnd.pypi.simple.v1+json", listing)
        answers = {
            "thing": good,
            "sick": (500, "text/plain", b"out of order"),
            "shut": (403, "text/plain", b"no"),
            "page": (200, "text/csv", b"a,b"),
            "torn": (200, "application/vnd.pypi.simple.v1+json", b'{"meta": '),
        }
        if project == "shaky" and self.asked[project] < 2:
            return 503, "text/plain", b"later"
        if project == "shaky":
            return good
        return answers.get(project, (404, "text/plain", b"what?"))


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as running:
        running.asked = Counter()
        thread = Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def index_of(server: Server, *, retries: int = 0) -> PackageIndex:
    return PackageIndex(
        f"http://user:secret@127.0.0.1:{server.server_port}/simple", retries=retries
    )


def test_files_carry_what_the_index_tells(server: Server) -> None:
    wheel, archive = index_of(server).files("thing")
    assert (wheel.filename, wheel.version) == ("thing-1.0-py3-none-any.whl", "1.0")
    assert (wheel.sha256, wheel.requires_python) == ("ab" * 32, ">=3.6")
    assert (wheel.yanked, wheel.yanked_reason) == (True, "broken")
    assert wheel.upload_time is not None
    assert wheel.upload_time.isoformat() == "2020-05-19T19:25:19.976694+00:00"
    assert (archive.version, archive.sha256, archive.upload_time) == ("1.1.0.post1", "", None)
    assert wheel.is_wheel
    assert not archive.is_wheel


def test_many_threads_make_one_request(server: Server) -> None:
    index = index_of(server)
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(index.files, ["thing", "Thing", "THING"] * 8))
    assert len(answers) == 1
    assert server.asked["thing"] == 1


def test_a_shaky_index_is_asked_again(server: Server) -> None:
    assert len(index_of(server, retries=2).files("shaky")) == 2
    assert server.asked["shaky"] == 2


def test_a_project_that_does_not_exist(server: Server) -> None:
    with pytest.raises(LockError, match="no project 'nothing'") as caught:
        index_of(server).files("nothing")
    assert not isinstance(caught.value, IndexUnavailableError)


@pytest.mark.parametrize(
    ("project", "reason"),
    [
        ("sick", "HTTP 500"),
        ("shut", "HTTP 403"),
        ("page", "not a simple index"),
        ("torn", "JSONDecodeError"),
    ],
)
def test_an_index_that_does_not_answer_as_one(server: Server, project: str, reason: str) -> None:
    with pytest.raises(IndexUnavailableError) as caught:
        index_of(server).files(project)
    assert reason in caught.value.message
    assert "UV_DEFAULT_INDEX" in caught.value.remedy
    assert "secret" not in str(caught.value)


def test_a_failure_is_not_remembered(server: Server) -> None:
    index = index_of(server)
    for _ in range(2):
        with pytest.raises(IndexUnavailableError):
            index.files("sick")
    assert server.asked["sick"] == 2


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/simple", "file:///nowhere", "nonsense"])
def test_an_address_where_nobody_answers(address: str) -> None:
    with pytest.raises(IndexUnavailableError, match="cannot be asked about thing"):
        PackageIndex(address, retries=0).files("thing")


@pytest.fixture(scope="module")
def real_index() -> PackageIndex:
    return PackageIndex.from_environment()


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("py3.13-sklearn1.9.1-x86_64", ""),
        ("py3.13-sklearn1.9.1-arm64", ""),
        ("py3.7-sklearn0.23.1-x86_64", ""),
        ("py3.8-sklearn0.24.2-x86_64", ""),
        (
            "py3.11-sklearn1.9.1-x86_64",
            "scikit-learn 1.9.1 needs glibc 2.27, python3.11 runs on Amazon Linux 2 with 2.26",
        ),
        (
            "py3.10-sklearn1.7.2-arm64",
            "scikit-learn 1.7.2 needs glibc 2.27, python3.10 runs on Amazon Linux 2 with 2.26",
        ),
        (
            "py3.9-sklearn1.9.1-x86_64",
            "scikit-learn 1.9.1 has no wheel for Python 3.9 (it needs >=3.11)",
        ),
        ("py3.8-sklearn0.23.1-arm64", "scikit-learn 0.23.1 has no wheel for arm64"),
    ],
)
def test_what_the_real_index_supports(
    real_index: PackageIndex, identifier: str, expected: str
) -> None:
    verdict = assess(Cell.parse(identifier), real_index.files("scikit-learn"))
    assert expected == (verdict.reason if isinstance(verdict, Unsupported) else "")


def test_the_real_index_has_no_such_scikit_learn(real_index: PackageIndex) -> None:
    verdict = assess(Cell("3.13", "9.9.9"), real_index.files("scikit-learn"))
    assert isinstance(verdict, Unsupported)
    assert verdict.reason.startswith("scikit-learn 9.9.9 does not exist; the closest are 1.9")


def test_the_real_index_tells_hashes_and_days(real_index: PackageIndex) -> None:
    files = real_index.files("scikit-learn")
    verdict = assess(Cell("3.7", "0.23.1"), files)
    assert isinstance(verdict, Supported)
    assert len(bytes.fromhex(verdict.wheel.sha256)) == 32
    assert released(files, "0.23.1").date().isoformat() == "2020-05-19"
