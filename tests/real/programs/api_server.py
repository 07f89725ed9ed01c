"""A small HTTP/1.1 server on http.server, threaded, as people write them for internal services.

usage: api_server.py PORT [--keepalive S] [--close-silently] [--delay S] [--body BYTES] [--backlog N] [--single]
--keepalive S      an idle connection is closed after S seconds (default: never)
--close-silently   close after each response without announcing it
--delay S          a request to any path but /fast takes so long
--single           one request at a time
"""
import argparse
import http.server
import socket
import time

options = argparse.ArgumentParser()
options.add_argument("port", type=int)
options.add_argument("--host", default="127.0.0.1")
options.add_argument("--keepalive", type=float)
options.add_argument("--close-silently", action="store_true")
options.add_argument("--delay", type=float, default=0)
options.add_argument("--body", type=int, default=64)
options.add_argument("--backlog", type=int, default=128)
options.add_argument("--single", action="store_true")
args = options.parse_args()
body = b"x" * args.body


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = args.keepalive

    def do_GET(self):
        if args.delay and self.path != "/fast":
            time.sleep(args.delay)
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if args.close_silently:
            self.close_connection = True

    do_POST = do_GET

    def log_message(self, *_):
        pass


class Server(http.server.HTTPServer if args.single else http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6 if ":" in args.host else socket.AF_INET
    request_queue_size = args.backlog
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


Server((args.host, args.port), Handler).serve_forever()
