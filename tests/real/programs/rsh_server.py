"""The old remote shell protocol, as far as its client needs it: it connects back for stderr, from a port below 1024 too, and
never ends the command. usage: rsh_server.py [PORT]"""
import socket
import sys
import threading

sessions = []


def word(connection):
    text = b""
    while byte := connection.recv(1):
        if byte == b"\0":
            break
        text += byte
    return text.decode()


def reserved_connect(address):
    for port in range(1023, 512, -1):
        try:
            return socket.create_connection(address, source_address=("127.0.0.1", port))
        except OSError:
            continue


def serve(connection, address):
    sessions.append(connection)
    if port := word(connection):
        sessions.append(reserved_connect((address[0], int(port))))
    for _ in range(3):
        word(connection)  # user here, user there, command
    connection.sendall(b"\0")


with socket.create_server(("127.0.0.1", int((sys.argv + ["514"])[1]))) as listener:
    while True:
        threading.Thread(target=serve, args=listener.accept(), daemon=True).start()
