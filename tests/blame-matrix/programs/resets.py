"""Leaks five connections, then opens others at another line to the same server: those it uses and closes by a reset."""
import socket
import struct
import threading
import time

listener = socket.create_server(("127.0.0.1", 0))
kept = []


def serve():
    for n in range(10**6):
        connection = listener.accept()[0]
        if n < 5:
            connection.close()
        else:
            kept.append(connection)


def fetch():
    s = socket.create_connection(listener.getsockname())
    kept.append(s)


def use():
    with socket.create_connection(listener.getsockname()) as s:
        s.send(b"hello")
        time.sleep(0.05)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


threading.Thread(target=serve, daemon=True).start()
for _ in range(5):
    fetch()
print("gone", flush=True)
while True:
    use()
    time.sleep(0.1)
