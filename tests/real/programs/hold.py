"""Opens N connections, says a line every few seconds on each, reads the answers, keeps all. usage: hold.py HOST PORT N [PAUSE_S]"""
import socket
import sys
import time

host, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
pause = float(sys.argv[4]) if len(sys.argv) > 4 else 5
connections = [socket.create_connection((host, port)) for _ in range(count)]
while True:
    for connection in connections:
        connection.sendall(b"still here\n")
    time.sleep(0.3)
    for connection in connections:
        try:
            connection.recv(4096, socket.MSG_DONTWAIT)
        except BlockingIOError:
            pass
    time.sleep(pause)
