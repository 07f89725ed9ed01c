"""requests.get() without a Session, as most scripts do. usage: churn.py URL PER_SECOND"""
import sys
import time

import requests

url, per_second = sys.argv[1], float(sys.argv[2])
while True:
    try:
        requests.get(url, timeout=10)
    except requests.RequestException as error:
        print(error)
    time.sleep(1 / per_second)
