"""Starts Lambda's emulator around a handler, and passes events to it. For any Python from 3.6 on.

    python3.X emulation.py EMULATOR PORT PROGRAM...

Standard input brings a request a line, as JSON; standard output gives an answer for each:

    {"event": TEXT}     {"status": 200, "body": TEXT, "seconds": 0.0012}
    {"look": true}      {"peak_bytes": 123456789, "pid": 17}

The emulator is on PORT, and the next port is the runtime's. Its end is that of standard input, so
nothing is left behind when whoever asked dies.
"""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time

INVOKE = "/2015-03-31/functions/function/invocations"
PATIENCE = 60.0  # seconds until the emulator listens


def main(argv):
    """Serve requests until standard input ends."""
    emulator, port, program = argv[0], int(argv[1]), argv[2:]
    places = ["127.0.0.1:%d" % number for number in (port, port + 1)]
    words = [emulator, "--runtime-interface-emulator-address", places[0]]
    words += ["--runtime-api-address", places[1]] + program
    # What runtime and handler print is their log.
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    try:
        wait_for(process, port)
        for line in sys.stdin:
            request = json.loads(line)
            answer = look(places[1]) if "look" in request else invoke(port, request["event"])
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
    finally:
        end(process)


def wait_for(process, port):
    """Wait until the emulator listens; the handler's runtime starts with the first event only."""
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.02)
    sys.exit("the emulator does not listen on port %d" % port)


def end(process):
    """The runtime ends when the emulator is gone."""
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def invoke(port, event):
    """Invoke the function with this text; seconds are from the request to the whole answer."""
    body = event.encode()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    began = time.perf_counter()
    connection.request("POST", INVOKE, body)
    response = connection.getresponse()
    answer = response.read()
    seconds = time.perf_counter() - began
    connection.close()
    return {"status": response.status, "body": answer.decode(), "seconds": seconds}


def look(place):
    """The runtime's process, and the most memory that it has held so far."""
    mark = ("AWS_LAMBDA_RUNTIME_API=" + place).encode()
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if mark in read(name, "environ").split(b"\0"):
                peak = read(name, "status").partition(b"VmHWM:")[2].split()[0]
                return {"pid": int(name), "peak_bytes": int(peak) * 1024}
    return {"pid": 0, "peak_bytes": 0}


def read(process, name):
    """A file about a process."""
    with open("/proc/%s/%s" % (process, name), "rb") as file:
        return file.read()


if __name__ == "__main__":
    main(sys.argv[1:])
