"""A server that never closes what it has accepted, and its own impatient clients.   usage: accepts.py PORT PER_SECOND"""
import socket
import sys
import threading
import time

port, per_second = int(sys.argv[1]), float(sys.argv[2])
kept = []
listener = socket.create_server(("127.0.0.1", port), backlog=128)


def serve_one():
    connection, _ = listener.accept()  # here: serve_one
    kept.append(connection)


def call():
    while True:
        socket.create_connection(("127.0.0.1", port)).close()
        time.sleep(1 / per_second)


threading.Thread(target=call, daemon=True).start()
while True:
    serve_one()
