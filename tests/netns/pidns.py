"""Calls that fail and connections that close, again and again, in a process named ROLE: pidns.py ROLE PORT READY.

An outsider only fails to bind to that port. Once it runs, the number that /proc gives it is in the file READY.
"""
import os
import socket
import sys
import time

role, port, ready = sys.argv[1], int(sys.argv[2]), sys.argv[3]
taken = ("127.0.0.1", port)
with open("/proc/self/comm", "w") as comm:
    comm.write(role)
listener = socket.socket()
if role != "outsider":
    listener.bind(taken)
    listener.listen()


def fail():
    with socket.socket() as s:
        try:
            s.bind(taken)
        except OSError:
            pass


def close(peer_first):
    client = socket.create_connection(taken)
    server, _ = listener.accept()
    first, last = (server, client) if peer_first else (client, server)
    first.close()
    last.recv(1)
    last.close()


end = time.monotonic() + 30
while time.monotonic() < end:
    fail()
    if role != "outsider":
        close(True)
        close(False)
    if not os.path.exists(ready):
        with open(ready + ".new", "w") as f:
            f.write(os.readlink("/proc/self"))
        os.rename(ready + ".new", ready)
    time.sleep(0.02)
