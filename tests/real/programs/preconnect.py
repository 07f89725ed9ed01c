"""A proxy that keeps N connections opened in advance, as some do to save the handshake; each is used once.

usage: preconnect.py HOST PORT N PER_SECOND
"""
import collections
import socket
import sys
import time

address, count, per_second = (sys.argv[1], int(sys.argv[2])), int(sys.argv[3]), float(sys.argv[4])
waiting = collections.deque()
while True:
    while len(waiting) < count:
        waiting.append(socket.create_connection(address))
    with waiting.popleft() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n")
        while connection.recv(4096):
            pass
    time.sleep(1 / per_second)
