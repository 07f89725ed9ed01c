"""Reads a question to its end, then answers a line every 100 ms for two minutes. usage: slow_report.py PORT"""
import socket
import sys
import threading
import time


def report(connection):
    with connection:
        while connection.recv(4096):
            pass
        for number in range(1200):
            connection.sendall(f"line {number} of the report\n".encode() * 20)
            time.sleep(0.1)


with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as listener:
    while True:
        threading.Thread(target=report, args=[listener.accept()[0]], daemon=True).start()
