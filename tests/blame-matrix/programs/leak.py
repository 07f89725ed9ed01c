"""Opens connections and never closes them, from several places.   usage: leak.py PORT PER_SECOND

A line that opens one ends in its mark and NAME, the function that it stands in.
"""
import asyncio
import functools
import http.client
import socket
import sys
import threading

port, per_second = int(sys.argv[1]), float(sys.argv[2])
kept = []


def fetch_plain():
    s = socket.socket()
    s.connect(("127.0.0.1", port))  # here: fetch_plain
    s.sendall(b"GET / HTTP/1.1\r\n\r\n")
    kept.append(s)


def fetch_http():
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/")  # here: fetch_http
    kept.append((connection, connection.getresponse()))


class Client:
    def fetch_one_line(self):
        kept.append(socket.create_connection(("127.0.0.1", port))); kept[-1].sendall(b"GET /\r\n\r\n")  # here: Client.fetch_one_line


def fetch_deep(depth):
    if depth:
        return fetch_deep(depth - 1)
    s = socket.create_connection(("127.0.0.1", port))  # here: fetch_deep
    s.sendall(b"GET / HTTP/1.1\r\n\r\n")
    return kept.append(s)


def fetch_in_thread():
    s = socket.create_connection(("127.0.0.1", port))  # here: fetch_in_thread
    s.sendall(b"GET / HTTP/1.1\r\n\r\n")
    kept.append(s)


def repeated(function):
    @functools.wraps(function)
    def inner():
        function()
    return inner


@repeated
def fetch_decorated():
    s = socket.create_connection(("127.0.0.1", port))  # here: fetch_decorated
    s.sendall(b"GET / HTTP/1.1\r\n\r\n")
    kept.append(s)


def fetch_in_list():
    kept.extend([socket.create_connection(("127.0.0.1", p)) for p in (port,)])  # here: fetch_in_list
    kept[-1].sendall(b"GET / HTTP/1.1\r\n\r\n")


async def fetch_async():
    reader, writer = await asyncio.open_connection("127.0.0.1", port)  # here: fetch_async
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    await reader.read()
    kept.append((reader, writer))


def fetch_and_close():
    with socket.create_connection(("127.0.0.1", port)) as s:
        s.sendall(b"GET / HTTP/1.1\r\n\r\n")
        s.recv(100)


async def run():
    while True:
        fetch_plain()
        fetch_http()
        Client().fetch_one_line()
        fetch_deep(12)
        fetch_decorated()
        fetch_in_list()
        fetch_and_close()
        thread = threading.Thread(target=fetch_in_thread)
        thread.start()
        thread.join()
        await fetch_async()
        await asyncio.sleep(1 / per_second)

asyncio.run(run())
