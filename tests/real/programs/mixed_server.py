"""Closes most sessions at once, one in ten after a second, and forgets one in N. usage: mixed_server.py PORT N"""
import itertools
import socket
import sys
import threading
import time

forgotten = []


def serve(connection, number):
    connection.sendall(b"welcome " + connection.recv(100))
    while connection.recv(100):
        pass
    if number % int(sys.argv[2]) == 0:
        forgotten.append(connection)
        return
    if number % 10 == 3:
        time.sleep(1)
    connection.close()


with socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=128) as listener:
    for number in itertools.count(1):
        threading.Thread(target=serve, args=[listener.accept()[0], number], daemon=True).start()
