#!/usr/bin/python3
"""flood.py SECONDS: processes that make connections to many ends as fast as they can, end them in every way, and keep books.

Says "ready"; a line on stdin lets them go, and then a line of JSON says what was opened and how it ended, both ends of all
connections together.
"""
import collections, json, os, socket, sys, time

PROCESSES, LISTENERS = 6, 40
seconds = float(sys.argv[1])


def pair(listener):
    client = socket.create_connection(listener.getsockname())
    return client, listener.accept()[0]


def client_first(listener, books):
    client, server = pair(listener)
    client.close()
    server.close()
    books.update(opened=2, first=1, after=1)


def server_first(listener, books):
    client, server = pair(listener)
    server.close()
    client.close()
    books.update(opened=2, first=1, after=1)


def shut_first(listener, books):
    client, server = pair(listener)
    client.shutdown(socket.SHUT_WR)
    server.close()
    client.close()
    books.update(opened=2, first=1, after=1)


def shut_after(listener, books):
    client, server = pair(listener)
    server.close()
    client.shutdown(socket.SHUT_RDWR)
    client.close()
    books.update(opened=2, first=1, after=1)


def unread(listener, books):
    client, server = pair(listener)
    client.send(b"never read")
    server.close()
    client.close()
    books.update(opened=2, aborted=1, reset=1)


def refused(listener, books):
    client = socket.socket()
    if client.connect_ex(("127.0.0.1", 1)) == 0:
        sys.exit("not refused")
    client.close()
    books.update(opened=1, refused=1)


def unaccepted(listener, books):
    with socket.create_server(("127.0.0.1", own_port)) as own:
        client = socket.create_connection(own.getsockname())
    client.close()
    books.update(opened=2, unaccepted=1, reset=1)


WAYS = [client_first, server_first, shut_first, shut_after, unread, refused, unaccepted]


def child(number, go, out):
    global own_port
    own_port = 20000 + number  # no automatic port: one end, however often it is opened
    with open("/proc/self/comm", "w") as comm:
        comm.write(f"flood{number}")
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(LISTENERS)]
    books = collections.Counter()
    os.read(go, 1)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for listener in listeners:
            for way in WAYS:
                way(listener, books)
    os.write(out, (json.dumps(books) + "\n").encode())
    os._exit(0)


go, out = os.pipe(), os.pipe()
for number in range(PROCESSES):
    if not os.fork():
        os.close(go[1])
        child(number, go[0], out[1])
print("ready", flush=True)
sys.stdin.readline()
os.write(go[1], b"." * PROCESSES)
os.close(out[1])
total = collections.Counter()
with os.fdopen(out[0]) as lines:
    for line in lines:
        total.update(json.loads(line))
print(json.dumps(total), flush=True)
sys.stdin.readline()
