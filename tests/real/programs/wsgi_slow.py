"""A WSGI application whose every request takes DELAY seconds: run it under gunicorn or uwsgi."""
import os
import time


def application(environ, start_response):
    time.sleep(float(os.environ["DELAY"]))
    start_response("200 OK", [("Content-Length", "5")])
    return [b"late\n"]
