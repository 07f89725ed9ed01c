"""A small test suite: each test fetches, and one of them may forget to close.   usage: suite.py PORT leak|clean [SECONDS]"""
import socket
import sys
import time
import unittest

port, leaks = int(sys.argv[1]), sys.argv[2] == "leak"
kept = []


def fetch():
    s = socket.create_connection(("127.0.0.1", port))  # here: fetch
    s.sendall(b"GET / HTTP/1.1\r\n\r\n")
    while s.recv(4096):
        pass
    return s


class Suite(unittest.TestCase):
    def test_closing(self):
        fetch().close()

    def test_fetching(self):
        s = fetch()
        if leaks:
            kept.append(s)
        else:
            s.close()

    def test_last(self):
        time.sleep(float(sys.argv[3]) if sys.argv[3:] else 0.5)


unittest.main(argv=["suite"], verbosity=0)
