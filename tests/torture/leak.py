#!/usr/bin/python3
"""The known truth: in the present network namespace a client that never closes, 300 CLOSE-WAIT of 356 ports.

    leak.py COMMAND...      runs the command beside it and ends with its status
"""
import ctypes, os, resource, signal, socket, subprocess, sys, time

LEAKED, PORTS = 300, "20000 20355"
libc = ctypes.CDLL(None)


def begin(name):
    """A process of its own that ends with us."""
    libc.prctl(15, name.encode(), 0, 0, 0)  # PR_SET_NAME
    libc.prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
    if os.getppid() == 1:
        os._exit(1)


def serve(listener):
    begin("server")
    kept = []  # its ends stay in FIN-WAIT-2, so that the answer stays the same
    for _ in range(LEAKED):
        kept.append(listener.accept()[0])
        kept[-1].send(b"bye")
        kept[-1].shutdown(socket.SHUT_WR)
    while True:  # not in accept(), which keeps a number for a descriptor that is not there
        signal.pause()


def leak(ready):
    begin("leaky-client")
    kept = []
    for _ in range(LEAKED):
        kept.append(socket.create_connection(("127.0.0.1", 8080)))
        while kept[-1].recv(16):  # its end: from here on the state is CLOSE-WAIT
            pass
    os.write(ready, b"1")
    while True:
        signal.pause()


def main():
    with open("/proc/sys/net/ipv4/ip_local_port_range", "w") as f:
        f.write(PORTS)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 20000), most))
    listener = socket.create_server(("127.0.0.1", 8080), backlog=1024)
    server = os.fork() or serve(listener)
    listener.close()
    readable, writable = os.pipe()
    client = os.fork() or leak(writable)
    os.close(writable)
    if os.read(readable, 1) != b"1":
        sys.exit("leak.py: the leak could not be made")
    os.close(readable)
    try:
        status = subprocess.call(sys.argv[1:])
    finally:
        for pid in server, client:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    sys.exit(status)


main()
