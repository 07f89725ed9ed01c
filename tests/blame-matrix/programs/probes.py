"""Leaks five connections whose kernel probes their peer once a second, as that of Node's clients does: each answer moves
the stamp that else tells how long ago the peer has finished."""
import socket
import threading
import time

listener = socket.create_server(("127.0.0.1", 0))


def serve():
    for _ in range(5):
        listener.accept()[0].close()


def fetch():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL):
        s.setsockopt(socket.IPPROTO_TCP, option, 1)
    s.connect(listener.getsockname())  # here: fetch
    return s


threading.Thread(target=serve).start()
print("ready", flush=True)
time.sleep(1)
kept = [fetch() for _ in range(5)]
print("leaked", flush=True)
time.sleep(100)
