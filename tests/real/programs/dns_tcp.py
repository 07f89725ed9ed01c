"""Asks a name server over TCP, a connection for each question. usage: dns_tcp.py HOST PORT PER_SECOND"""
import socket
import sys
import time

question = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01a\x07example\x04test\x00\x00\x01\x00\x01"
while True:
    with socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=5) as s:
        s.sendall(len(question).to_bytes(2, "big") + question)
        s.recv(512)
    time.sleep(1 / float(sys.argv[3]))
