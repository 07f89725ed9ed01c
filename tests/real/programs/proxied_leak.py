"""Asks by way of a proxy, and keeps each connection to it. usage: proxied_leak.py PROXY_PORT URL PER_SECOND"""
import http.client
import sys
import time

kept = []
while True:
    connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=10)
    connection.request("GET", sys.argv[2], headers={"Connection": "close"})
    response = connection.getresponse()
    kept.append((connection, response, response.fp and response.fp.read(10)))
    time.sleep(1 / float(sys.argv[3]))
