"""One request at a time, each runs a long command. usage: run_report.py PORT"""
import http.server
import os
import sys


class Server(http.server.HTTPServer):
    request_queue_size = 100


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        os.system("sleep 200")
        self.send_response(204)
        self.end_headers()


Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
