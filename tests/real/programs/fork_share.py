"""Opens connections, forks a worker for each; parent and workers all hold all. usage: fork_share.py HOST PORT WORKERS"""
import os
import socket
import sys
import time

connections = [socket.create_connection((sys.argv[1], int(sys.argv[2]))) for _ in range(int(sys.argv[3]))]
for connection in connections:
    if os.fork() == 0:
        while True:
            connection.sendall(b"work\n")
            connection.recv(100)
            time.sleep(1)
time.sleep(1000)
