"""Accepts and hands every connection to a worker over a unix socket; the worker never takes them. usage: hand_over.py PORT"""
import os
import socket
import sys
import time

ours, workers = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
if os.fork() == 0:
    ours.close()
    time.sleep(1000)
workers.close()
with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as listener:
    while True:
        connection, _ = listener.accept()
        line = connection.recv(100)
        connection.sendall(line)
        socket.send_fds(ours, [b"yours"], [connection.fileno()])
        connection.close()
