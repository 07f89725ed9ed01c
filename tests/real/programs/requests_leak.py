"""Keeps every streamed response of `requests` and reads none. usage: requests_leak.py URL PER_SECOND"""
import sys
import time

import requests

url, per_second = sys.argv[1], float(sys.argv[2])
kept = []
while True:
    kept.append(requests.get(url, stream=True, timeout=10))
    time.sleep(1 / per_second)
