"""Building inside the build image, as a user asks for it: by name, or where it can be had."""

from __future__ import annotations

import hashlib
import json
import signal
import time
from contextlib import closing

import pytest

from layerfactory.build.docker.daemon import connect, docker_faults
from layerfactory.build.docker.leftovers import PROCESS, process_mark
from layerfactory.errors import DockerError

CELL = "py3.7-sklearn0.23.1-x86_64"
NO_DAEMON = "unix:///nonexistent/docker.sock"
NO_IMAGE = "layerfactory/no-such-image:1"


def build(factory, output, builder, *words):
    return factory.run("build", "--only", CELL, "--builder", builder, "-o", str(output), *words)


def zip_sha256(output):
    return hashlib.sha256((output / f"{CELL}.zip").read_bytes()).hexdigest()


def manifest(output):
    return json.loads((output / f"{CELL}.json").read_text())


def remains(output):
    """All that lies in the folder but the file that keeps two builds apart."""
    found = {path.name for path in output.iterdir()} if output.exists() else set()
    return found - {f".{CELL}.lock"}


@pytest.mark.docker
class TestWithDaemon:
    def test_both_builders_make_the_same_zip(self, factory, build_image, tmp_path):
        image = build_image("3.7")
        inside, outside = tmp_path / "inside", tmp_path / "outside"

        done = build(factory, inside, "docker", "--image", image)
        assert done.code == 0, done.err
        told = manifest(inside)
        assert told["builder"] == "docker"
        assert told["image"].startswith(f"{image}@sha256:")
        assert told["sha256"] == zip_sha256(inside)
        assert remains(inside) == {f"{CELL}.zip", f"{CELL}.json"}

        done = build(factory, outside, "wheels")
        assert done.code == 0, done.err
        assert (manifest(outside)["builder"], manifest(outside)["image"]) == ("wheels", "")
        pythons = told["interpreter"], manifest(outside)["interpreter"]
        if pythons[0] != pythons[1]:
            pytest.skip(f"the image has Python {pythons[0]}, this machine {pythons[1]}")
        assert zip_sha256(inside) == zip_sha256(outside)

    def test_auto_takes_docker_where_it_can(self, factory, build_image, tmp_path):
        done = build(factory, tmp_path / "X", "auto", "--image", build_image("3.7"))
        assert done.code == 0, done.err
        assert manifest(tmp_path / "X")["builder"] == "docker"

    def test_auto_without_the_image_takes_wheels_and_says_why(self, factory, build_image, tmp_path):
        build_image("3.7")
        done = build(factory, tmp_path / "X", "auto", "--image", NO_IMAGE)
        assert done.code == 0, done.err
        assert f"building from wheels, because the image {NO_IMAGE} (linux/amd64)" in done.err
        assert manifest(tmp_path / "X")["builder"] == "wheels"

    def test_docker_without_the_image_names_the_ways_out(self, factory, build_image, tmp_path):
        build_image("3.7")
        done = build(factory, tmp_path / "X", "docker", "--image", NO_IMAGE)
        assert done.code == 4
        assert f"error: {CELL}: the image {NO_IMAGE} (linux/amd64) is not here" in done.err
        for way in ("docker pull", "--image", "images:", "stand_in_image.py", "--builder wheels"):
            assert way in done.err.partition("\n  -> ")[2]
        assert remains(tmp_path / "X") == set()

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_an_interrupt_while_pip_runs_leaves_nothing(
        self, factory, build_image, tmp_path, number
    ):
        output = tmp_path / "X"
        words = ("--only", CELL, "--builder", "docker", "--image", build_image("3.7"))
        # Out of the cache nothing would be left for pip to do.
        process = factory.popen("build", *words, "--no-cache", "-o", str(output))
        mark = process_mark(process.pid)
        try:
            wait_for_pip(process, mark)
            assert [name for name in remains(output) if ".work-" in name]
            process.send_signal(number)
            _out, err = process.communicate(timeout=120)
        finally:
            process.kill()
        assert process.returncode == 130, err
        assert "interrupted; what was finished stays; to go on, type again: " in err
        assert "Traceback" not in err
        assert containers_of_process(mark) == []
        assert remains(output) == set()


class TestWithoutDaemon:
    def test_docker_is_an_error_with_a_remedy(self, factory, tmp_path):
        factory.env["DOCKER_HOST"] = NO_DAEMON
        done = build(factory, tmp_path / "X", "docker")
        assert done.code == 4
        assert f"no Docker daemon answers at {NO_DAEMON} (from DOCKER_HOST)" in done.err
        assert "--builder wheels" in done.err.partition("\n  -> ")[2]
        assert remains(tmp_path / "X") == set()

    def test_auto_takes_wheels_and_says_why(self, factory, tmp_path):
        factory.env["DOCKER_HOST"] = NO_DAEMON
        done = build(factory, tmp_path / "X", "auto")
        assert done.code == 0, done.err
        assert "no Docker daemon answers: building from wheels" in done.err
        assert manifest(tmp_path / "X")["builder"] == "wheels"
        assert manifest(tmp_path / "X")["sha256"] == zip_sha256(tmp_path / "X")


def containers_of_process(mark):
    """Ids of the containers that a process has made."""
    with closing(connect()) as client:
        found = client.api.containers(all=True, filters={"label": f"{PROCESS}={mark}"})
    return [entry["Id"] for entry in found]


def wait_for_pip(process, mark):
    """Return once pip installs in the process's container."""
    while process.poll() is None:
        for identifier in containers_of_process(mark):
            if any("pip install" in command for command in commands_in(identifier)):
                return
        time.sleep(0.05)
    pytest.fail(f"the build ended before pip ran:\n{process.communicate()[1]}")


def commands_in(identifier):
    """The command lines of what runs in a container; none where it is only being started."""
    try:
        with closing(connect()) as client, docker_faults("looking into a container"):
            shown = client.api.top(identifier)
    except DockerError:
        return []
    return [row[shown["Titles"].index("CMD")] for row in shown["Processes"]]
