"""Greets a client, waits until it has left, then starts a helper that inherits the connection. usage: popen_server.py PORT"""
import socket
import subprocess
import sys
import threading
import time


def serve(connection):
    with connection, connection.makefile("rwb", buffering=0) as stream:
        stream.write(b"noted: " + stream.readline())
        stream.read()
        time.sleep(3)  # notes the visit
        connection.set_inheritable(True)
        subprocess.Popen(["sleep", "3220"], close_fds=False)


with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as listener:
    while True:
        threading.Thread(target=serve, args=[listener.accept()[0]]).start()
