"""Short conversations, cleanly closed: connect, say a line, read a line, close. usage: line_client.py HOST PORT PER_SECOND"""
import socket
import sys
import time

host, port, per_second = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
while True:
    try:
        with socket.create_connection((host, port), timeout=5) as connection:
            connection.sendall(b"hello\r\n")
            connection.recv(4096)
    except OSError as error:
        print(error)
    time.sleep(1 / per_second)
