from __future__ import annotations

import signal
import socket
import subprocess
import sys
import textwrap
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from docker_fixtures import TcpServer, containers_of

from layerfactory.build.docker import leftovers
from layerfactory.build.docker.containers import NOBODY, Container, Network
from layerfactory.build.docker.daemon import daemon_answers
from layerfactory.build.docker.images import ensure_image
from layerfactory.build.files import disk_faults
from layerfactory.data.runtimes import Architecture
from layerfactory.errors import BuildError, DockerError

pytestmark = pytest.mark.docker

SOCKET = "/var/run/docker.sock"


@pytest.fixture
def image(build_image):
    return build_image("3.13")


@pytest.fixture
def container(image, no_leftovers):
    with Container(image, purpose=no_leftovers) as container:
        yield container


class TestExec:
    def test_gives_both_streams_and_the_exit_code(self, container):
        done = container.exec(
            ["sh", "-c", "echo $GREETING; echo no >&2; exit 3"], env={"GREETING": "hi"}
        )
        assert (done.returncode, done.stdout, done.stderr) == (3, "hi\n", "no\n")

    def test_says_that_a_program_is_missing(self, container):
        done = container.exec(["no-such-program"])
        assert done.returncode != 0
        assert "no-such-program" in done.tail

    def test_ends_with_the_container_when_the_time_is_over(self, container):
        with pytest.raises(DockerError, match="not done within 1 seconds"):
            container.exec(["sleep", "60"], timeout=1)

    def test_tells_of_a_full_disk(self, container):
        with pytest.raises(DockerError, match="disk of the Docker daemon is full"):
            container.exec(["dd", "if=/dev/zero", "of=/dev/shm/big", "bs=1M", "count=100"])

    def test_tells_of_a_container_that_is_gone(self, container):
        leftovers.remove_all()
        with pytest.raises(DockerError):
            container.exec(["true"])


class TestFiles:
    def test_a_tree_comes_back_as_it_went(self, container, tmp_path):
        source = tmp_path / "source"
        (source / "deep" / "er").mkdir(parents=True)
        (source / "deep" / "er" / "data.bin").write_bytes(bytes(range(256)) * 1000)
        (source / "run.sh").write_text("#!/bin/sh\n")
        (source / "run.sh").chmod(0o755)
        container.put_tree(source, "/place/tree")
        assert container.get_tree("/place/tree", tmp_path / "back") == 2
        back = tmp_path / "back" / "deep" / "er" / "data.bin"
        assert back.read_bytes() == bytes(range(256)) * 1000
        assert (tmp_path / "back" / "run.sh").stat().st_mode & 0o777 == 0o755

    def test_only_the_selected_files_come(self, container, tmp_path):
        container.put_files({"a.py": b"1", "sub/b.pyc": b"2"}, "/tree")
        container.get_tree("/tree", tmp_path, lambda name: name == "sub/b.pyc")
        assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["b.pyc"]

    def test_one_file(self, container):
        container.put_files({"a/result.json": b"{}"}, "/tree")
        assert container.get_file("/tree/a/result.json") == b"{}"

    def test_a_missing_path_is_an_error(self, container, tmp_path):
        with pytest.raises(DockerError, match="fetching /nowhere"):
            container.get_tree("/nowhere", tmp_path)

    def test_a_link_is_refused(self, container, tmp_path):
        container.exec(["sh", "-c", "mkdir /tree && ln -s /etc/passwd /tree/link"])
        with pytest.raises(BuildError, match="a link or device"):
            container.get_tree("/tree", tmp_path)

    def test_nobody_can_write_to_a_read_only_tree(self, container, tmp_path):
        (tmp_path / "package").mkdir()
        (tmp_path / "package" / "module.py").write_text("VALUE = 1\n")
        container.put_tree(tmp_path, "/opt/python", writable=False)
        attempt = "cat package/module.py && ! touch package/new && ! echo >> package/module.py"
        done = container.exec(["sh", "-c", attempt], user=NOBODY, cwd="/opt/python")
        assert (done.returncode, done.stdout) == (0, "VALUE = 1\n")


def test_no_network_means_none(image, no_leftovers):
    with Container(image, network=Network.NONE, purpose=no_leftovers) as container:
        done = container.exec(["cat", "/proc/net/dev"])
        names = [line.split(":")[0].strip() for line in done.stdout.splitlines()[2:]]
        assert "lo" in names
        assert not any(name.startswith("eth") for name in names)


class TestNothingStays:
    def test_after_its_lifetime(self, image, no_leftovers, monkeypatch):
        monkeypatch.setattr("layerfactory.build.docker.containers.LIFETIME", 2)
        with Container(image, purpose=no_leftovers) as container:
            with pytest.raises(DockerError):
                container.exec(["sleep", "60"])
            assert containers_of(no_leftovers) == []

    def test_after_an_exception(self, image, no_leftovers):
        with pytest.raises(RuntimeError), Container(image, purpose=no_leftovers):
            raise RuntimeError

    def test_after_an_interrupt_between_making_and_starting(self, image, no_leftovers, monkeypatch):
        def interrupted(_client, _name):
            raise KeyboardInterrupt

        monkeypatch.setattr("docker.APIClient.start", interrupted)
        with pytest.raises(KeyboardInterrupt), Container(image, purpose=no_leftovers):
            pass

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    @pytest.mark.parametrize("threaded", [False, True])
    def test_after_a_signal(self, image, no_leftovers, number, threaded):
        process = busy_process(image, no_leftovers, threaded=threaded)
        process.send_signal(number)
        _, stderr = process.communicate(timeout=60)
        # Each ends as Ctrl-C does, so that every block on the way out cleans up.
        assert process.returncode == -signal.SIGINT, stderr
        assert "cleaned up\n" in stderr

    def test_after_a_kill_once_somebody_sweeps(self, image, no_leftovers):
        process = busy_process(image, no_leftovers, threaded=False)
        leftovers.sweep()
        assert len(containers_of(no_leftovers, expected=1)) == 1, (
            "a living process's container was swept"
        )
        process.kill()
        process.communicate(timeout=60)
        assert len(containers_of(no_leftovers, expected=1)) == 1
        assert leftovers.sweep() >= 1


BUSY = """
import sys, threading
from layerfactory.build.docker.containers import Container
from layerfactory.build.docker.leftovers import guard_signals

def work():
    with Container(sys.argv[1], purpose=sys.argv[2]) as container:
        print("ready", flush=True)
        container.exec(["sleep", "300"])

guard_signals()
try:
    if sys.argv[3] == "True":
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    else:
        work()
finally:
    print("cleaned up", file=sys.stderr)
"""


def busy_process(image: str, purpose: str, *, threaded: bool) -> subprocess.Popen[str]:
    """A process with a container that is at work."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(BUSY), image, purpose, str(threaded)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


class TestNoDaemon:
    def test_is_told_quietly(self, monkeypatch, capfd):
        monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent")
        assert not daemon_answers()
        assert capfd.readouterr() == ("", "")

    def test_is_an_error_that_says_where(self, monkeypatch):
        monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent")
        with pytest.raises(DockerError) as caught, Container("any"):
            pass
        assert "unix:///nonexistent (from DOCKER_HOST)" in caught.value.message
        assert "--builder wheels" in caught.value.remedy

    @pytest.mark.skipif(not Path(SOCKET).exists(), reason="the daemon listens elsewhere")
    def test_that_dies_midway_is_an_error(self, image, no_leftovers, monkeypatch):
        """A forwarder in front of the daemon, which is also a daemon without our file system."""
        with TcpServer(forward) as server:
            monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{server.port}")
            with Container(image, purpose=no_leftovers) as container:
                container.put_files({"a": b"1"}, "/tree")
                assert container.get_file("/tree/a") == b"1"
                server.cut()
                with pytest.raises(DockerError, match="went away"):
                    container.exec(["true"])
            monkeypatch.delenv("DOCKER_HOST")
            leftovers.remove_all()

    @pytest.mark.skipif(not Path(SOCKET).exists(), reason="the daemon listens elsewhere")
    def test_that_dies_while_a_tree_comes_is_no_fault_of_the_disk(
        self, image, no_leftovers, monkeypatch, tmp_path
    ):
        with TcpServer(partial(forward, limit=1 << 20)) as server:
            monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{server.port}")
            with Container(image, purpose=no_leftovers) as container:
                made = ["sh", "-c", "mkdir /tree && head -c 9000000 /dev/urandom > /tree/big"]
                assert container.exec(made).returncode == 0
                with (
                    pytest.raises(DockerError, match=r"fetching /tree: .* went away") as caught,
                    disk_faults(tmp_path),  # as around a whole build
                ):
                    container.get_tree("/tree", tmp_path / "back")
                assert "docker info" in caught.value.remedy
                assert (tmp_path / "back" / "big").stat().st_size < 9_000_000
            monkeypatch.delenv("DOCKER_HOST")
            leftovers.remove_all()


def forward(server: TcpServer, client, limit: int | None = None) -> None:
    """Join a connection to the daemon's socket; beyond ``limit`` bytes from there it breaks."""

    def pump(source, target, limit=None) -> None:
        passed = 0
        with suppress(OSError):
            while data := source.recv(65536):
                passed += len(data)
                if limit is not None and passed > limit:
                    source.shutdown(socket.SHUT_RDWR)  # or the daemon waits for a reader
                    break
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(1)

    daemon = server.connect_unix(SOCKET)
    server.start(pump, daemon, client, limit)
    pump(client, daemon)


class TestMissingImage:
    def test_names_every_way_out(self, image):
        lines = []
        with pytest.raises(DockerError) as caught:
            ensure_image("localhost:1/no/such:image", Architecture.X86_64, lines.append)
        assert "localhost:1/no/such:image (linux/amd64) is not here" in caught.value.message
        for way in ("docker pull", "--image", "images:", "stand_in_image.py", "--builder wheels"):
            assert way in caught.value.remedy
        assert lines == ["pulling localhost:1/no/such:image for linux/amd64"]

    def test_of_another_architecture_is_not_taken(self, image):
        with pytest.raises(DockerError, match="linux/arm64"):
            ensure_image("layerfactory/stand-in:python3.13", Architecture.ARM64)
