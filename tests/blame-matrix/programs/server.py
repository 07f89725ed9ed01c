"""Answers each request and closes: the peer of every leak here.   usage: server.py PORT"""
import socket
import sys
import threading


def answer(connection):
    try:
        connection.settimeout(5)
        body = b"ok" * (50000 if b"/large" in connection.recv(4096) else 1)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)
    except OSError:
        pass
    connection.close()


listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=512)
while True:
    threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()
