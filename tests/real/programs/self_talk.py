"""An HTTP server in a thread, and a client in the same process that never closes. usage: self_talk.py PORT PER_SECOND"""
import http.client
import http.server
import sys
import threading
import time


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


port, kept = int(sys.argv[1]), []
server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
while True:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.connect()
    connection.sock.sendall(b"GET / HTTP/1.0\r\n\r\n")
    kept.append(connection)
    time.sleep(1 / float(sys.argv[2]))
