"""debuginfo.py PORT RIGHT OTHER [CERTIFICATE KEY]: a server of debugging information whose first folder says how it
behaves: right, other (sends another build), none, busy, hang, announced (says that 10 GB follow), endless (sends them),
away (to right, without TLS)."""
import http.server
import ssl
import sys
import threading

port, right, other = int(sys.argv[1]), open(sys.argv[2], "rb").read(), open(sys.argv[3], "rb").read()
TEN_GB = 10 << 30


class Answer(http.server.BaseHTTPRequestHandler):
    def send(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def endless(self, head):
        self.send_response(200)
        if head:
            self.send_header("Content-Length", str(TEN_GB))
        self.end_headers()
        for _ in range(TEN_GB >> 20):
            self.wfile.write(bytes(1 << 20))

    def do_GET(self):
        print(self.path, flush=True)
        how = self.path.split("/")[1]
        if how == "right":
            self.send(right)
        elif how == "other":
            self.send(other)
        elif how == "hang":
            threading.Event().wait()
        elif how in ("announced", "endless"):
            self.endless(how == "announced")
        elif how == "away":
            self.send_response(302)
            self.send_header("Location", "http://localhost:8002" + self.path.replace("/away/", "/right/", 1))
            self.end_headers()
        else:
            self.send_error(503 if how == "busy" else 404)

    def handle(self):
        try:
            super().handle()
        except OSError:  # it has had enough
            pass

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Answer)
if len(sys.argv) > 4:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[4], sys.argv[5])
    server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
