"""Takes the headers of an upload and then waits for a disk that never answers. usage: stuck_upload.py PORT"""
import http.server
import sys
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    def do_PUT(self):
        threading.Event().wait()

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
