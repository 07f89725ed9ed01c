"""Clients with little patience: each asks, waits so long, and hangs up. usage: impatient.py URL PER_SECOND PATIENCE_S [THREADS]"""
import http.client
import sys
import threading
import time
import urllib.parse

url, per_second, patience = urllib.parse.urlsplit(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])


def ask():
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=patience)
    try:
        connection.request("GET", url.path or "/")
        connection.getresponse().read()
    except OSError as error:
        print(error)
    finally:
        connection.close()


while True:
    threading.Thread(target=ask, daemon=True).start()
    time.sleep(1 / per_second)
