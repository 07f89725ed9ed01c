"""A child opens connections and hands them to its parent (SCM_RIGHTS), which keeps them.   usage: hands.py PORT COUNT"""
import os
import socket
import sys
import time

port, count = int(sys.argv[1]), int(sys.argv[2])
ours, childs = socket.socketpair()


def fetch():
    s = socket.create_connection(("127.0.0.1", port))  # here: fetch
    s.sendall(b"GET / HTTP/1.1\r\n\r\n")
    return s


if not os.fork():
    ours.close()
    # What opens at once is told of before it is known where Python keeps its frames.
    time.sleep(1)
    for _ in range(count):
        with fetch() as s:
            socket.send_fds(childs, [b"x"], [s.fileno()])
        time.sleep(0.1)
    time.sleep(600)

childs.close()
kept = []
while True:
    kept.append(socket.recv_fds(ours, 1, 1)[1])
