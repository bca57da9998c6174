from __future__ import annotations

import docker.errors
import pytest
import requests

from layerfactory.build.docker.daemon import connect, docker_faults, endpoint
from layerfactory.errors import DockerError


def translated(error: Exception) -> DockerError:
    with pytest.raises(DockerError) as caught, docker_faults("doing it"):
        raise error
    return caught.value


def refusal(reason: str) -> docker.errors.APIError:
    response = requests.Response()
    response.status_code = 500
    return docker.errors.APIError("500", response=response, explanation=reason)


def test_a_refusal_keeps_the_daemons_words():
    assert translated(refusal("no such thing")).message == (
        "doing it: Docker refused: no such thing"
    )


@pytest.mark.parametrize(
    ("reason", "told", "remedy"),
    [
        ("write /x: no space left on device", "disk of the Docker daemon is full", "prune"),
        ("exec /bin/sleep: exec format error", "for another processor", "qemu-user-static"),
    ],
)
def test_known_refusals_have_a_remedy(reason, told, remedy):
    error = translated(refusal(reason))
    assert told in error.message
    assert remedy in error.remedy


@pytest.mark.parametrize("error", [requests.ConnectionError("cut"), ConnectionResetError("cut")])
def test_a_daemon_that_goes_away(error, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "tcp://docker.example:2375")
    told = translated(error)
    assert "tcp://docker.example:2375 (from DOCKER_HOST) went away" in told.message
    assert "--builder wheels" in told.remedy


def test_other_errors_pass():
    with pytest.raises(ZeroDivisionError), docker_faults("doing it"):
        raise ZeroDivisionError


def test_a_socket_that_this_user_may_not_use(monkeypatch):
    def refuse(address, timeout):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("layerfactory.build.docker.daemon._knock", refuse)
    with pytest.raises(DockerError, match="this user may not use") as caught:
        connect()
    assert "group `docker`" in caught.value.remedy


class TestEndpoint:
    @pytest.fixture(autouse=True)
    def empty_configuration(self, monkeypatch, tmp_path):
        monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
        monkeypatch.delenv("DOCKER_HOST", raising=False)
        monkeypatch.delenv("DOCKER_CONTEXT", raising=False)

    def test_is_the_default_contexts(self):
        assert "Docker context 'default'; DOCKER_HOST is not set" in endpoint()

    def test_tells_of_a_context_that_does_not_exist(self, monkeypatch):
        monkeypatch.setenv("DOCKER_CONTEXT", "nowhere")
        assert "there is no Docker context nowhere" in endpoint()
