from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest
from docker_fixtures import TcpServer, small_lock

from layerfactory.build.builder import CompileStep
from layerfactory.build.cache.store import FORGETFUL
from layerfactory.build.docker.builder import DockerBuilder
from layerfactory.build.docker.host_settings import HostSettings, host_settings
from layerfactory.build.locks.lock import LockedWheel
from layerfactory.build.parts.gather import gather_parts
from layerfactory.build.parts.make import Workplace
from layerfactory.build.wheels.builder import WheelsBuilder
from layerfactory.errors import BuildError, LockError
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.model import Bytecode

pytestmark = pytest.mark.docker

PYTHONS = ["3.7", "3.13"]


@pytest.fixture
def open_builder(build_image):
    """Opens a builder in the image of the lock's Python, with this host's settings or others."""

    def give(lock, settings: HostSettings | None = None) -> DockerBuilder:
        image = build_image(lock.cell.python)
        return DockerBuilder(lock.cell, jobs=2, image=image, settings=settings)

    return give


def contents(tree):
    """Path and bytes of each file, without what every installer writes in its own way."""
    own = {"RECORD", "INSTALLER", "REQUESTED"}
    return {
        path.relative_to(tree).as_posix(): path.read_bytes()
        for path in tree.rglob("*")
        if path.is_file()
        and not (path.parent.suffix == ".dist-info" and path.name in own)
        and path.relative_to(tree).parts[0] not in ("bin", ".lock")
    }


@pytest.mark.parametrize("python", PYTHONS)
class TestSameResult:
    def test_as_uv_unpacks(self, python, open_builder, tmp_path):
        lock = small_lock(python)
        WheelsBuilder(python, jobs=1).install(lock, tmp_path / "uv")
        with open_builder(lock) as builder:
            builder.install(lock, tmp_path / "docker")
        unpacked = contents(tmp_path / "docker")
        assert unpacked == contents(tmp_path / "uv")
        assert any(name.endswith(".so") for name in unpacked)
        assert not any(name.endswith(".pyc") for name in unpacked)

    def test_and_compiles(self, python, open_builder, tmp_path):
        (tmp_path / "package").mkdir()
        (tmp_path / "package" / "good.py").write_text('"""Text."""\nVALUE = 6 * 7\n')
        (tmp_path / "package" / "bad.py").write_text("def (:\n")
        (tmp_path / "package" / "data.bin").write_bytes(b"stays here")
        steps = [
            CompileStep(f"package/{name}.py", f"package/{name}.pyc", docstrings=True)
            for name in ("bad", "good")
        ]
        lock = small_lock(python)
        with open_builder(lock) as builder:
            assert builder.compile(tmp_path, steps) == ("package/bad.py",)
            assert builder.interpreter.startswith(f"{python}.")
        in_container = (tmp_path / "package" / "good.pyc").read_bytes()
        assert not (tmp_path / "package" / "bad.pyc").exists()
        if same_interpreter(python, builder.interpreter):
            WheelsBuilder(python, jobs=1).compile(tmp_path, steps)
            assert (tmp_path / "package" / "good.pyc").read_bytes() == in_container

    def test_and_makes_parts_whichever_runs(self, python, open_builder, tmp_path):
        """Side by side in the one container."""
        lock = small_lock(python)
        with open_builder(lock) as builder:
            inside = parts_of(lock, builder, tmp_path / "docker")
            version = builder.interpreter
        assert [part.name for part in inside] == ["numpy", "threadpoolctl"]
        if same_interpreter(python, version):
            outside = parts_of(lock, WheelsBuilder(python, jobs=2), tmp_path / "wheels")
            assert [part.members for part in outside] == [part.members for part in inside]


def parts_of(lock, builder, folder):
    folder.mkdir()
    place = Workplace(Bytecode.SOURCELESS, builder, lambda _step: None, jobs=2)
    return gather_parts(lock, place, FORGETFUL, folder)


def same_interpreter(python: str, version: str) -> bool:
    """Whether the host has the very version; true of a stand-in."""
    try:
        return WheelsBuilder(python, jobs=1).interpreter == version
    except BuildError:
        return False


def test_an_old_pip_is_replaced_by_one_that_is_locked(open_builder, tmp_path, monkeypatch):
    monkeypatch.setattr("layerfactory.build.docker.builder._OLDEST_PIP", (99, 0))
    lock = small_lock("3.7")
    with open_builder(lock) as builder:
        builder.install(lock, tmp_path)
    assert (tmp_path / "threadpoolctl.py").is_file()


def test_the_image_is_named_with_its_digest(open_builder, build_image):
    with open_builder(small_lock("3.13")) as builder:
        assert builder.image.startswith(f"{build_image('3.13')}@sha256:")


class TestFailures:
    def test_a_wrong_hash_names_the_wheel(self, open_builder, tmp_path):
        lock = small_lock("3.13", threadpoolctl="0" * 64)
        with open_builder(lock) as builder, pytest.raises(LockError) as caught:
            builder.install(lock, tmp_path / "tree")
        assert "threadpoolctl-3.7.0-py3-none-any.whl" in caught.value.message
        assert "not the one that was locked" in caught.value.message
        assert "layerfactory lock" in caught.value.remedy
        assert not (tmp_path / "tree").exists()

    def test_a_wheel_that_does_not_exist(self, open_builder, tmp_path):
        lock = small_lock("3.13")
        lock = replace(lock, wheels=(LockedWheel("threadpoolctl", "0.0.99", "", "0" * 64),))
        with open_builder(lock) as builder, pytest.raises(BuildError) as caught:
            builder.install(lock, tmp_path / "tree")
        assert "there is no wheel of threadpoolctl==0.0.99" in caught.value.message

    def test_an_image_of_another_python(self, build_image):
        cell = Cell("3.12", "1.9.1")
        builder = DockerBuilder(cell, jobs=1, image=build_image("3.13"))
        with pytest.raises(BuildError, match=r"has no working python3\.12"), builder:
            pass

    def test_an_interrupt_midway_leaves_no_container(self, open_builder, tmp_path, monkeypatch):
        lock = small_lock("3.13")

        names = []

        def interrupted(container, _source, _folder):
            names.append(container._name)
            raise KeyboardInterrupt

        monkeypatch.setattr("layerfactory.build.docker.containers.Container.get_tree", interrupted)
        with pytest.raises(KeyboardInterrupt), open_builder(lock) as builder:
            builder.install(lock, tmp_path)
        (name,) = names
        found = subprocess.run(
            ["docker", "ps", "-aq", "--filter", f"name={name}"], capture_output=True, check=True
        )
        assert found.stdout == b""


class TestHostSettings:
    """Each is proved by pip's own reaction in the container."""

    def test_the_proxy_is_asked(self, open_builder, tmp_path):
        asked = []

        def refuse(_server, client):
            asked.append(client.recv(4096))
            client.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            client.close()

        lock = small_lock("3.13")
        with TcpServer(refuse) as proxy:
            environ = {
                "https_proxy": f"http://user:pass-word@127.0.0.1:{proxy.port}",
                "PIP_RETRIES": "0",
            }
            settings = host_settings(environ, {}, lambda _: False)
            with open_builder(lock, settings) as builder, pytest.raises(BuildError) as caught:
                builder.install(lock, tmp_path)
        assert asked[0].startswith(b"CONNECT ")
        assert "the proxy does not let pip through" in caught.value.message
        assert "pass-word" not in str(caught.value)

    def test_the_ca_bundle_is_trusted_and_nothing_else(self, open_builder, tmp_path):
        bundle = tmp_path / "ca.crt"
        subprocess.run(
            [
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-subj",
                "/CN=somebody else",
            ]
            + ["-keyout", tmp_path / "key", "-out", bundle],
            check=True,
            capture_output=True,
        )
        settings = host_settings({"PIP_CERT": str(bundle), "PIP_RETRIES": "0"}, {}, lambda _: True)
        lock = small_lock("3.13")
        with open_builder(lock, settings) as builder, pytest.raises(BuildError) as caught:
            builder.install(lock, tmp_path / "tree")
        assert "certificate is not trusted" in caught.value.message

    @pytest.mark.parametrize("python", PYTHONS)
    def test_the_index_is_asked_and_its_password_stays_hidden(self, python, open_builder, tmp_path):
        address = "http://user:pass-word@127.0.0.1:1/simple"
        settings = host_settings({"PIP_RETRIES": "0"}, {"index-url": address}, lambda _: False)
        lock = small_lock(python)
        with open_builder(lock, settings) as builder, pytest.raises(BuildError) as caught:
            builder.install(lock, tmp_path)
        assert "cannot be reached" in caught.value.message
        assert "pass-word" not in str(caught.value)
