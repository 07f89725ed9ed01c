"""N requests at the same moment, then a pause. usage: burst.py URL N PAUSE_S"""
import sys
import threading
import time
import urllib.request


def ask():
    try:
        urllib.request.urlopen(sys.argv[1], timeout=10).read()
    except OSError as error:
        print(error)


while True:
    for _ in range(int(sys.argv[2])):
        threading.Thread(target=ask).start()
    time.sleep(float(sys.argv[3]))
