"""Connects to a local server that is down, again and again, until somebody answers. usage: self_connect.py PORT"""
import socket
import sys
import time

while True:
    try:
        connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
        break
    except OSError:
        time.sleep(0.01)
time.sleep(1000)
