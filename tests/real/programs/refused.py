"""A worker that looks for its broker and keeps each socket that was refused. usage: refused.py PORT PER_SECOND [LIMIT]"""
import resource
import socket
import sys
import time

port, per_second = int(sys.argv[1]), float(sys.argv[2])
if len(sys.argv) > 3:
    resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[3]), int(sys.argv[3])))
attempts = []
while True:
    try:
        attempts.append(socket.socket())
        attempts[-1].connect(("127.0.0.1", port))
    except OSError as error:
        print(error)
    time.sleep(1 / per_second)
