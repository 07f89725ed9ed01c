"""Opens N connections, says a line every few seconds on each, reads the answers, keeps all. usage: hold.py HOST PORT N [PAUSE_S]"""
import select
import socket
import sys
import time

host, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
pause = float(sys.argv[4]) if len(sys.argv) > 4 else 5
connections = [socket.create_connection((host, port)) for _ in range(count)]


def speak():
    waiting = set(connections)
    for connection in connections:
        connection.sendall(b"still here\n")
    until = time.monotonic() + 1  # some servers answer, some do not
    while waiting and time.monotonic() < until:
        for connection in select.select(waiting, [], [], 0.1)[0]:
            connection.recv(4096)
            waiting.discard(connection)


while True:
    speak()
    print("spoken")
    time.sleep(pause)
