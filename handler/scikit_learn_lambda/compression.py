"""gzip, in and out."""

import re
import zlib

from scikit_learn_lambda.errors import InvalidInputError, RequestTooLargeError

# Below, what is saved on the way is lost again by the work.
MIN_BYTES = 2048
# The quickest level: JSON of numbers gains little from more.
LEVEL = 1
# Of a body: each costs time however little is in it.
MAX_MEMBERS = 100
# zlib's way to ask for gzip's own header.
GZIP_WINDOW = 31
REFUSED = re.compile(r"q=0(?:\.0*)?$")


def gunzip(data: bytes, max_bytes: int) -> bytes:
    """Unpack a body, and never more than allowed.

    Raises:
        RequestTooLargeError: it holds more than ``max_bytes``.
        InvalidInputError: it is damaged, or in too many pieces.
    """
    unpacked = bytearray()
    members = 0
    try:
        while data:
            members += 1
            if members > MAX_MEMBERS:
                raise InvalidInputError(f"The body has more than {MAX_MEMBERS} gzip members.")
            member = zlib.decompressobj(GZIP_WINDOW)
            unpacked += member.decompress(data, max_bytes + 1 - len(unpacked))
            if len(unpacked) > max_bytes:
                raise too_large(max_bytes)
            if not member.eof:
                raise InvalidInputError("The body's gzip data ends too soon.")
            data = member.unused_data
    except zlib.error:
        raise InvalidInputError("The body is no valid gzip data.") from None
    return bytes(unpacked)


def too_large(max_bytes: int) -> RequestTooLargeError:
    """The refusal of a body that is larger than allowed."""
    return RequestTooLargeError(f"The body holds more than {max_bytes} bytes.")


def gzip(data: bytes) -> bytes:
    """Pack an answer; equal answers give equal bytes."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP_WINDOW)
    return packer.compress(data) + packer.flush()


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether a client takes gzip, by its Accept-Encoding."""
    for part in accept_encoding.lower().split(","):
        name, *parameters = (word.strip() for word in part.split(";"))
        if name in ("gzip", "x-gzip"):
            return not any(map(REFUSED.match, parameters))
    return False
