"""What watch.bats watches: a server, and clients that each do one thing, in a process of their own name."""
import ctypes
import os
import socket
import struct
import sys
import time

LIBC = ctypes.CDLL(None)
SERVER = ("127.0.0.1", 8080)


def call_myself(name):
    LIBC.prctl(15, name.encode(), 0, 0, 0)  # PR_SET_NAME


def connect():
    s = socket.create_connection(SERVER)
    return s


def talk(word):
    s = connect()
    s.sendall(word)
    return s


# Clients. What one returns is held until the play is over.
def leaver():
    s = talk(b"bye.")
    assert s.recv(1) == b""
    return s


def closer():
    s = connect()
    s.close()


def late():
    leaver().close()


def killed():
    s = talk(b"rst.")
    try:
        s.recv(1)
    except ConnectionResetError:
        pass
    s.close()


def refused():
    try:
        socket.create_connection(("127.0.0.1", 9))
    except ConnectionRefusedError:
        return
    raise AssertionError


def stubborn():
    for _ in range(20):
        with socket.socket(socket.AF_INET6) as s:
            assert s.connect_ex(("2001:db8:1234:5678:9abc:def0:1234:5678", 443)) != 0


def taken():
    s = socket.socket()
    try:
        s.bind(SERVER)
    except OSError:
        s.close()
        return
    raise AssertionError


def eager():  # accepts what its peer has finished before
    with socket.create_server(("127.0.0.1", 7001)) as listener:
        socket.create_connection(("127.0.0.1", 7001)).close()
        s, _ = listener.accept()
    assert s.recv(1) == b""
    return s


def brief():  # many programs that end soon
    for _ in range(100):
        os.waitpid(start(closer), 0)


def pause():
    time.sleep(3)


def flood():
    for _ in range(400):
        connect().close()


def serve(listener):
    call_myself("server")
    while True:
        s, _ = listener.accept()
        word = s.recv(4)
        if word == b"rst.":
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.close()


def start(what, *args):
    pid = os.fork()
    if not pid:
        what(*args)
        os._exit(0)
    return pid


def client(name, report, stay):
    call_myself(name)
    held = globals()[name]()
    os.write(report, b".")
    os.read(stay, 1)
    return held


def main(names):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    alone = names[0] == "alone"
    if alone:
        names = names[1:]
        listener.bind(("127.0.0.1", 0))
        SERVER_AT = listener.getsockname()
        globals()["SERVER"] = SERVER_AT
    else:
        listener.bind(SERVER)
    listener.listen(64)
    server = start(serve, listener)
    listener.close()
    old = leaver() if "old" in names else None
    if "crowd" in names:
        names.remove("crowd")
        crowd = socket.create_server(("127.0.0.1", 7000))
        crowd = [(socket.create_connection(("127.0.0.1", 7000)), crowd.accept()) for _ in range(60)]
    if not alone:
        print("ready", flush=True)
        sys.stdin.readline()
    if old:  # by this process: one that it kept goes, and another one is kept
        names.remove("old")
        old.close()
        old = leaver()
    done, report = os.pipe()
    stay, end = os.pipe()
    clients = []
    for name in names:
        clients.append(start(client, name, report, stay))
        os.read(done, 1)
    if not alone:
        print("done", flush=True)
        sys.stdin.readline()
    for _ in clients:
        os.write(end, b".")
    for pid in clients:
        os.waitpid(pid, 0)
    os.kill(server, 9)
    os.waitpid(server, 0)


main(sys.argv[1:])
