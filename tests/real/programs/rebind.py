"""A service that cannot start and is started again every half second. usage: rebind.py PORT"""
import socket
import sys
import time

while True:
    with socket.socket() as listener:
        try:
            listener.bind(("127.0.0.1", int(sys.argv[1])))
            listener.listen()
            time.sleep(1000)
        except OSError as error:
            print(error)
    time.sleep(0.5)
