"""Leaks COUNT connections to each of so many servers by turns, which then are gone, and goes on trying: from then on each
connect() fails.   usage: fails.py [SERVERS COUNT]"""
import socket
import sys
import threading
import time

servers, count = map(int, sys.argv[1:] or (1, 5))
kept = []
listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(servers)]
ports = [listener.getsockname()[1] for listener in listeners]


def serve(listener):
    for _ in range(count):
        listener.accept()[0].close()
    listener.close()


def fetch(port):
    s = socket.socket()
    s.connect(("127.0.0.1", port))  # here: fetch
    return s


threads = [threading.Thread(target=serve, args=(listener,)) for listener in listeners]
for thread in threads:
    thread.start()
for port in ports * count:
    kept.append(fetch(port))
for thread in threads:
    thread.join()
print("gone", flush=True)
while True:
    for port in ports:
        try:
            kept.append(fetch(port))
        except OSError:
            time.sleep(0.05)
