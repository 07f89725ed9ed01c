"""Listens, and starts a helper that inherits the listener. usage: listener_with_child.py PORT"""
import socket
import subprocess
import sys
import time

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
listener.set_inheritable(True)
subprocess.Popen(["sleep", "3222"], close_fds=False)
print("started")
time.sleep(1000)
