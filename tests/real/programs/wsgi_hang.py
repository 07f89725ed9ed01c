"""A WSGI application that never comes back: HANG=lock takes a lock twice, HANG=flock waits for the file LOCK."""
import fcntl
import os
import threading

lock = threading.Lock()


def application(environ, start_response):
    if os.environ["HANG"] == "lock":
        lock.acquire()
        lock.acquire()
    else:
        fcntl.flock(os.open(os.environ["LOCK"], os.O_RDWR), fcntl.LOCK_EX)
    start_response("200 OK", [])
    return [b"never\n"]
