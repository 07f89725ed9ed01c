#!/usr/bin/env python3
"""A server that hangs in a line that is marked: hung.py PORT MODE [PROGRAM]

Eight clients connect, send a request that nobody reads, and close. PROGRAM: what it becomes then (MODE is its argument).
"""
import ctypes
import fcntl
import os
import re
import signal
import socket
import sys
import tempfile
import threading
import time

CLIENTS = 8


def be_clients(port):
    clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(CLIENTS)]
    for client in clients:
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
    time.sleep(0.2)


def let_go(*kept):
    """What was inherited is not ours to hold."""
    for fd in range(3, 256):
        if fd not in kept:
            try:
                os.close(fd)
            except OSError:
                pass


def match(text):
    re.match(r"(a+)+$", text)  # here: regex match


def count():
    n = 0
    while True:  # here: loop count
        n += 1  # here: loop count


def take(lock):
    lock.acquire()  # here: deadlock take


def deadlock():
    a, b = threading.Lock(), threading.Lock()
    meet = threading.Barrier(2)

    def other():
        b.acquire()
        meet.wait()
        take(a)

    threading.Thread(target=other).start()
    a.acquire()
    meet.wait()
    take(b)


def lock_file():
    file = tempfile.TemporaryFile()
    ready, told = os.pipe()
    if not os.fork():
        keeper = os.open(f"/proc/self/fd/{file.fileno()}", os.O_RDWR)
        fcntl.flock(keeper, fcntl.LOCK_EX)
        let_go(keeper, told)
        os.write(told, b"x")
        while os.getppid() != 1:
            time.sleep(0.1)
        os._exit(0)
    os.read(ready, 1)
    fcntl.flock(file, fcntl.LOCK_EX)  # here: flock lock_file


def stop():
    signal.raise_signal(signal.SIGSTOP)  # here: stopped stop


def be_traced():
    """By a debugger of its own, which keeps it for as long as it lives."""
    traced = os.getpid()
    if not os.fork():
        let_go()
        time.sleep(0.3)
        ptrace = ctypes.CDLL(None).ptrace
        ptrace(16, traced, 0, 0)  # PTRACE_ATTACH
        while os.getppid() == traced:
            time.sleep(0.1)
        os._exit(0)
    wait_for_it()


def wait_for_it():
    time.sleep(1000)  # here: traced wait_for_it


def hang(mode):
    {
        "regex": lambda: match("a" * 60 + "b"),
        "loop": count,
        "deadlock": deadlock,
        "flock": lock_file,
        "stopped": stop,
        "traced": be_traced,
    }[mode]()


def main():
    port, mode = int(sys.argv[1]), sys.argv[2]
    listener = socket.create_server(("127.0.0.1", port), backlog=CLIENTS)
    if not os.fork():
        listener.close()
        be_clients(port)
        os._exit(0)
    connections = [listener.accept()[0] for _ in range(CLIENTS)]
    if sys.argv[3:]:
        for one in (listener, *connections):
            one.set_inheritable(True)
        os.execv(sys.argv[3], [sys.argv[3], mode])
    hang(mode)


main()
