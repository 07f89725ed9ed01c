"""A WSGI application that asks a backend for every request and keeps the connections: run it under gunicorn or uwsgi."""
import http.client
import os

kept = []


def application(environ, start_response):
    backend = http.client.HTTPConnection("127.0.0.1", int(os.environ["BACKEND_PORT"]), timeout=5)
    backend.request("GET", "/")
    answer = backend.getresponse().read()
    kept.append(backend)
    start_response("200 OK", [("Content-Length", str(len(answer)))])
    return [answer]
