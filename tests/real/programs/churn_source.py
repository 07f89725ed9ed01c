"""Asks one shard after the other, from a source address of its own, a new connection each time. It closes first.

usage: churn_source.py SOURCE FIRST_PORT PORTS PER_SECOND
"""
import http.client
import itertools
import sys
import time

source, first, ports, per_second = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
for turn in itertools.count():
    connection = http.client.HTTPConnection("127.0.0.1", first + turn % ports, source_address=(source, 0))
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except OSError as error:
        print(error)
    finally:
        connection.close()
    time.sleep(1 / per_second)
