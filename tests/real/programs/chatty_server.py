"""http.server as it comes, one request at a time: it logs every request to standard error. usage: chatty_server.py PORT"""
import http.server
import sys


class Server(http.server.HTTPServer):
    request_queue_size = 128


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(204)
        self.end_headers()


Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
