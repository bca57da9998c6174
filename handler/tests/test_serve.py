"""The server of this machine answers as the function does."""

import http.client
import json
import re
import socket
import subprocess
import sys
import threading

import pytest
from conftest import strict
from scikit_learn_lambda.tools.serve import MAX_BODY_BYTES, Server, curl_line


@pytest.fixture
def server(serve, classifier):
    """A server around the client's service, and the client itself."""
    client = serve(classifier)
    server = Server(client.service.answer, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server, client
    server.shutdown()
    thread.join()
    server.server_close()


def ask(server, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection(*server.server_address[:2], timeout=30)
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    answer = response.status, dict(response.getheaders()), response.read()
    connection.close()
    return answer


@pytest.mark.parametrize("path", ["/", "/predict", "/health", "/openapi.json", "/none", "/?a=b"])
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "DELETE", "OPTIONS", "TRACE"])
def test_the_same_answer_as_the_service(server, method, path):
    server, client = server
    body = b'{"input": [[0, 0, 0, 0]]}'
    status, headers, text = ask(server, method, path, body, {"Content-Type": "application/json"})
    name, _, _ = path.partition("?")
    right = client.request(method, name, body, content_type="application/json")
    assert status == right.status
    assert text == (b"" if method == "HEAD" else right.body)
    lower = {name.lower(): value for name, value in headers.items()}
    assert (
        lower.items() >= {k: v for k, v in right.headers.items() if k != "content-length"}.items()
    )


def test_one_reason_for_each_status(server):
    from scikit_learn_lambda.events import REASONS

    server, _ = server
    with socket.create_connection(server.server_address[:2], timeout=30) as opened:
        opened.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 99999999\r\n\r\n")
        line = opened.makefile("rb").readline().decode().strip()
    assert line == "HTTP/1.1 413 " + REASONS[413]


def test_one_connection_for_many(server):
    server, _ = server
    connection = http.client.HTTPConnection(*server.server_address[:2], timeout=30)
    for _ in range(3):
        connection.request("POST", "/", b'{"input": [[0, 0, 0, 0]]}')
        response = connection.getresponse()
        assert strict(response.read()) == {"prediction": [0]}
    connection.close()


def test_bodies_of_unknown_or_wrong_length_are_refused(server):
    server, _ = server
    for line, status in [
        (b"Content-Length: many", b"400"),
        (b"Content-Length: \xb2", b"400"),
        (b"Content-Length: " + b"9" * 5000, b"400"),
        (b"Content-Length: 1\r\nContent-Length: 2", b"400"),
        (b"no header at all" * 5000, b"431"),
        (b"Content-Length: %d" % (MAX_BODY_BYTES + 1), b"413"),
        (b"Transfer-Encoding: chunked", b"411"),
    ]:
        with socket.create_connection(server.server_address[:2], timeout=30) as opened:
            opened.sendall(b"POST / HTTP/1.1\r\nHost: here\r\n" + line + b"\r\n\r\n")
            answer = opened.makefile("rb").read()
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.split(b" ")[1] == status
        assert b"text/html" not in head
        assert set(strict(body)) == {"error", "code"}


def test_a_slow_client_keeps_nobody_waiting(server):
    server, _ = server
    with socket.create_connection(server.server_address[:2], timeout=30) as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\n")
        assert ask(server, "GET", "/health")[0] == 200


@pytest.mark.heavy
def test_the_command_prints_a_curl_line_that_works(tmp_path, classifier):
    import joblib

    joblib.dump(classifier, str(tmp_path / "model.joblib"))
    words = [sys.executable, "-B", "-u", "-m", "scikit_learn_lambda", "serve"]
    words += [str(tmp_path / "model.joblib"), "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
        try:
            lines = [process.stdout.readline().decode() for _ in range(2)]
            curl = next(line for line in lines if line.startswith("curl"))
            data, host, port = re.search(r"--data '(.*)' http://([^:]+):(\d+)/", curl).groups()
            connection = http.client.HTTPConnection(host, int(port), timeout=30)
            connection.request("POST", "/", data)
            assert json.loads(connection.getresponse().read().decode()) == {"prediction": [0]}
            connection.close()
            logged = [json.loads(process.stdout.readline().decode()) for _ in range(2)]
            assert [line["message"] for line in logged] == ["model loaded", "request"]
            assert (logged[1]["status"], logged[1]["rows"]) == (200, 1)
        finally:
            process.kill()


def test_a_port_that_is_taken(server, tmp_path, classifier, capsys):
    import joblib
    from scikit_learn_lambda.__main__ import main

    server, _ = server
    path = str(tmp_path / "model.joblib")
    joblib.dump(classifier, path)
    assert main(["serve", path, "--port", str(server.server_address[1])]) == 2
    assert "in use" in capsys.readouterr().err
    assert main(["serve", path, "--port", "99999"]) == 2
    assert capsys.readouterr().err.startswith("error: port 99999 ")
    assert main(["serve", str(tmp_path / "none.joblib")]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_a_row_of_the_models_width():
    assert '{"input": [[0, 0, 0]]}' in curl_line("http://here/", 3)
