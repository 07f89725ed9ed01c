"""Tests that each run in a process of their own.   usage: children.py PORT leak|daemon|age|handed"""
import os
import socket
import sys
import time

port, how = int(sys.argv[1]), sys.argv[2]


def fetch(read=True):
    s = socket.create_connection(("127.0.0.1", port))  # here: fetch
    if read:
        s.sendall(b"GET / HTTP/1.1\r\n\r\n")
        while s.recv(4096):
            pass
    return s


def run_child(body):
    child = os.fork()
    if not child:
        body()
        os._exit(0)
    os.waitpid(child, 0)


def leak():
    s = fetch()
    time.sleep(0.3)
    return s


def leave_daemon(read):
    """What outlives the tests: a daemon that holds what they opened, until its stdin ends."""
    s = fetch(read)
    time.sleep(0.4)
    if not os.fork():
        os.setsid()
        null = os.open("/dev/null", os.O_RDWR)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.read(0, 1)
        os._exit(0)
    return s


# What opens at once is told of before it is known where Python keeps its frames.
time.sleep(0.3)
if how == "leak":
    for _ in range(2):
        run_child(leak)
elif how == "age":
    with fetch():
        time.sleep(2)
else:
    run_child(lambda: leave_daemon(how == "daemon"))
