"""What the place really holds back, tried from inside."""

import errno
import os
import socket

# Addresses that documentation is given (RFC 5737, RFC 3849): nobody is there.
NOWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def isolation(tree: str) -> list:
    """The promises that hold, among ``read-only`` and ``no network``."""
    held = []
    if not is_writable(tree):
        held.append("read-only")
    if not any(has_route(family, address) for family, address in NOWHERE):
        held.append("no network")
    return held


def is_writable(tree: str) -> bool:
    """Whether a file can be made in the tree; it is gone again after."""
    path = os.path.join(tree, ".probe")
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except OSError:
        return False
    os.unlink(path)
    return True


def has_route(family: int, address: str) -> bool:
    """Whether a datagram could leave; connecting one picks a route and sends nothing."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 9))
    except OSError as error:
        return error.errno not in (errno.ENETUNREACH, errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)
    return True
