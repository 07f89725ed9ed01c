"""N keep-alive connections, each asks now and then. usage: keepalive.py URL N [PAUSE_S]"""
import http.client
import sys
import time
import urllib.parse

url, count = urllib.parse.urlsplit(sys.argv[1]), int(sys.argv[2])
pause = float(sys.argv[3]) if len(sys.argv) > 3 else 3
connections = [http.client.HTTPConnection(url.hostname, url.port, timeout=20) for _ in range(count)]
while True:
    for connection in connections:
        connection.request("GET", url.path)
        connection.getresponse().read()
    print("spoken")
    time.sleep(pause)
