"""Asks on N connections and then never reads. usage: stalled_reader.py HOST PORT N [LINE]"""
import socket
import sys
import time

host, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
line = sys.argv[4] if len(sys.argv) > 4 else f"GET /big HTTP/1.1\r\nHost: {host}\r\n"
connections = [socket.create_connection((host, port)) for _ in range(count)]
for connection in connections:
    connection.sendall(line.encode() + b"\r\n")
time.sleep(1000)
