"""Reads a question to its end, thinks, answers. usage: think.py PORT SECONDS"""
import socket
import sys
import threading
import time


def answer(connection):
    with connection:
        while connection.recv(4096):
            pass
        time.sleep(float(sys.argv[2]))
        connection.sendall(b"42\n")


with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as listener:
    while True:
        threading.Thread(target=answer, args=[listener.accept()[0]], daemon=True).start()
