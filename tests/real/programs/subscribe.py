"""Clients that say a line and then wait for what comes. usage: subscribe.py PORT COUNT LINE"""
import select
import socket
import sys

kept = []
for _ in range(int(sys.argv[2])):
    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    s.sendall(sys.argv[3].encode() + b"\r\n")
    kept.append(s)
while True:
    for s in select.select(kept, [], [])[0]:
        if s.recv(65536).startswith(b"PING"):
            s.sendall(b"PONG\r\n")
