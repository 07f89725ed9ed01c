"""Leaks five connections to a server that then is gone, and goes on trying: from then on each connect() fails."""
import socket
import threading
import time

kept = []
listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]


def serve():
    for _ in range(5):
        listener.accept()[0].close()
    listener.close()


def fetch():
    s = socket.socket()
    s.connect(("127.0.0.1", port))  # here: fetch
    return s


server = threading.Thread(target=serve)
server.start()
for _ in range(5):
    kept.append(fetch())
server.join()
print("gone", flush=True)
while True:
    try:
        kept.append(fetch())
    except OSError:
        time.sleep(0.1)
