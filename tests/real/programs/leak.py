"""Fetches profiles with http.client and never calls close(): the culprit of the incident.

usage: leak.py HOST PORT PER_SECOND [LIMIT]
"""
import http.client
import sys
import time

host, port, per_second = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
limit = int(sys.argv[4]) if len(sys.argv) > 4 else None
profiles = []


def fetch_profile(number):
    connection = http.client.HTTPConnection(host, port, timeout=10)
    connection.request("GET", f"/profile/{number}")
    response = connection.getresponse()
    response.read()
    profiles.append((connection, response.status))


while True:
    if limit is None or len(profiles) < limit:
        try:
            fetch_profile(len(profiles))
        except OSError as error:
            print(error)
            time.sleep(1)
    time.sleep(1 / per_second)
