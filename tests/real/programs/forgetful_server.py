"""A socketserver whose handler hands each connection to a table of sessions that nobody empties.

usage: forgetful_server.py PORT [HOST]
"""
import socketserver
import sys

sessions = {}


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        name = self.rfile.readline()
        self.wfile.write(b"welcome " + name)
        sessions[self.client_address] = self.request


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def shutdown_request(self, request):
        pass  # the session table owns it now


Server((sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
