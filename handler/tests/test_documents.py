import json

import pytest
from conftest import strict
from scikit_learn_lambda import documents
from scikit_learn_lambda.errors import InvalidJsonError, UnsupportedMediaTypeError

DOCUMENT = {"input": [["é", 1.5]]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-be"])
def test_every_encoding_of_json(encoding):
    body = json.dumps(DOCUMENT, ensure_ascii=False).encode(encoding)
    assert documents.parse(body, "application/json") == DOCUMENT


@pytest.mark.parametrize(
    "kind",
    ["", "application/json; charset=utf-8", "application/x-www-form-urlencoded", "text/csv", "x"],
)
def test_json_is_json_whatever_it_is_called(kind):
    assert documents.parse(b'{"input": []}', kind) == {"input": []}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe\xfa",
        b'{"input": [[0,]]}',
        b"[" * 100000,
        b'{"a":' * 100000,
        b"{'input': 1}",
        b'{"input": ' + b"1" * 1000000 + b"}",
    ],
)
@pytest.mark.parametrize("kind", ["", "application/json", "application/vnd.x+json"])
def test_what_is_no_json(body, kind):
    with pytest.raises(InvalidJsonError):
        documents.parse(body, kind)


@pytest.mark.parametrize("body", [b"5", b'"input"', b"[]", b"null", b"true"])
def test_what_is_no_object(body):
    with pytest.raises(InvalidJsonError):
        documents.parse(body, "application/json")


@pytest.mark.parametrize("kind", ["text/csv", "multipart/form-data; boundary=x", "image/png"])
def test_other_types_are_named_as_the_fault(kind):
    with pytest.raises(UnsupportedMediaTypeError):
        documents.parse(b"0,0,0,0", kind)


def test_numbers_of_many_digits_are_numbers():
    digits = b"1" * 4300
    assert documents.parse(b'{"input": ' + digits + b"}", "") == {"input": int(digits)}


def test_the_text_is_as_the_seed_has_it():
    assert documents.dump({"prediction": [0]}) == b'{"prediction": [0]}'


def test_only_strict_json_is_written():
    with pytest.raises(ValueError, match="JSON"):
        documents.dump({"prediction": [float("nan")]})
    assert strict(documents.dump({"é": "é"})) == {"é": "é"}
