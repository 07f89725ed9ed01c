#!/usr/bin/python3
"""Programs that fail at calls, each in its own way: a child for each, named after it.

Says "ready"; a line on stdin lets them go on, one after the other, and "done" is said when they have ended.
"""
import ctypes, errno, os, socket, subprocess, sys

SCANNERS, PORTS = 140, 70


def prepare():
    held = [socket.socket() for _ in range(3)]
    for i, s in enumerate(held):
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("127.0.0.1", 8000 + i))
        s.listen()
    return held


def fails(error, call, *arguments):
    try:
        call(*arguments)
    except OSError as e:
        assert e.errno == error, e
        return
    raise AssertionError("it did not fail")


def reusing(port):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("127.0.0.1", port))
    return s


def finder():
    """Walks upward until a port is free, and listens there."""
    for port in (8000, 8001, 8002):
        fails(errno.EADDRINUSE, socket.socket().bind, ("127.0.0.1", port))
    s = socket.socket()
    s.bind(("127.0.0.1", 8003))
    s.listen()


def prober():
    """Another command of the tool: what it asks about is refused it."""
    subprocess.run([os.environ["UNFIN"], "ports", "8000", "--netns", "self", "--probe"], stdout=subprocess.DEVNULL)


def unfin():
    """Only called as the tool is."""
    fails(errno.EADDRINUSE, socket.socket().bind, ("127.0.0.1", 8000))


def stubborn():
    """The same port again and again; its client socket that binds to any port finds none for it."""
    for _ in range(5):
        fails(errno.EADDRINUSE, socket.socket().bind, ("127.0.0.1", 8000))
        socket.socket().bind(("127.0.0.1", 0))


def patient():
    """The second try passes."""
    other = socket.socket()
    other.bind(("127.0.0.1", 8100))
    fails(errno.EADDRINUSE, socket.socket().bind, ("127.0.0.1", 8100))
    other.close()
    socket.socket().bind(("127.0.0.1", 8100))


def same_source():
    keep = [reusing(15060), reusing(15060)]
    keep[0].connect(("127.0.0.1", 8000))
    fails(errno.EADDRNOTAVAIL, keep[1].connect, ("127.0.0.1", 8000))


def second_listen():
    keep = [reusing(8200), reusing(8200)]
    keep[0].listen()
    fails(errno.EADDRINUSE, keep[1].listen)


def absent():
    fails(errno.EADDRNOTAVAIL, socket.socket().bind, ("10.9.9.9", 80))
    fails(errno.EADDRNOTAVAIL, socket.socket(socket.AF_INET6).connect, ("::1", 9100))


def scan():
    for port in range(20000, 20000 + PORTS):
        fails(errno.ECONNREFUSED, socket.socket().connect, ("127.0.0.1", port))


def storm():
    for _ in range(20000):
        fails(errno.ECONNREFUSED, socket.socket().connect, ("127.0.0.1", 9))


def crowd():
    """More kinds of failures than any table holds."""
    for _ in range(SCANNERS):
        pid = os.fork()
        if not pid:
            scan()
            os._exit(0)
        os.waitpid(pid, 0)


def child(role):
    pid = os.fork()
    if not pid:
        ctypes.CDLL(None).prctl(15, role.__name__.encode(), 0, 0, 0)
        role()
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0, role.__name__


held = prepare()
print("ready", flush=True)
sys.stdin.readline()
for name in sys.argv[1:]:
    child(globals()[name])
print("done", flush=True)
sys.stdin.readline()
