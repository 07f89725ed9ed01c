#!/usr/bin/python3
"""Programs that end connections which their peer has finished, each in its own way: a child for each, named after it.

Says "ready" when all are in CLOSE_WAIT; a line on stdin lets them go on, and "done" is said when they have.
"""
import ctypes, os, socket, struct, sys, time

EACH = 3
SO_ATTACH_FILTER = 26


def plain(client):
    client.close()


def shut(client):
    client.shutdown(socket.SHUT_RDWR)
    wait_for(client, "CLOSE")
    client.close()


def shut_late(client):
    """The answer to our FIN never comes: close() meets LAST_ACK."""
    client.shutdown(socket.SHUT_WR)
    wait_for(client, "LAST_ACK")
    client.close()


def shut_unread(client):
    client.shutdown(socket.SHUT_WR)
    client.close()


def shut_held(client):
    client.shutdown(socket.SHUT_RDWR)


def linger(client):
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 2))
    client.close()


def reset(client):
    client.send(b"too late")
    wait_for(client, "CLOSE")
    client.close()


def reset_held(client):
    client.send(b"too late")
    wait_for(client, "CLOSE")


def duplicate(client):
    other = client.dup()
    client.close()
    other.detach()  # the descriptor stays open


def idle(client):
    """The server hangs up after more than a second without a word, and is then sent one: a reset."""
    server, made = servers.pop(0)
    time.sleep(max(0, made + 1.2 - time.monotonic()))
    server.close()
    wait_for(client, "CLOSE_WAIT")
    reset(client)


def ended(client):
    """It is held by a forked child alone, which ends: as a server does that has a process a connection."""
    wait, go_on = os.pipe()
    if not os.fork():
        os.close(go_on)
        os.read(wait, 1)
        os._exit(0)
    client.close()
    os.close(go_on)
    os.wait()


def dropped(client):
    """It is sent to a process that has no room for it: that one's recvmsg() ends it, and it never had a descriptor."""
    here, there = socket.socketpair()
    wait, go_on = os.pipe()
    if not os.fork():
        client.close()
        os.read(wait, 1)
        there.recvmsg(1)
        os._exit(0)
    socket.send_fds(here, [b"."], [client.fileno()])
    client.close()
    os.write(go_on, b".")
    os.wait()


def unanswered(client):
    """We have finished, the peer has not, and we wait no longer."""
    client.close()


def unanswered_held(client):
    client.shutdown(socket.SHUT_RD)


def bound(client):
    client.close()


def accepted(server):
    server.close()


WAYS = [plain, shut, shut_late, shut_unread, shut_held, linger, reset, reset_held, duplicate, idle, bound, accepted]
WAYS += [ended, dropped, unanswered, unanswered_held]
servers = []
STATES = {"FIN_WAIT2": 5, "CLOSE": 7, "CLOSE_WAIT": 8, "LAST_ACK": 9}


def wait_for(client, state):
    end = time.monotonic() + 10
    while client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] != STATES[state]:
        if time.monotonic() > end:
            sys.exit(f"not in {state}")
        time.sleep(0.001)


def hear_nothing(client):
    """A filter that drops every segment that comes from now on."""
    drop = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))
    client.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HxxxxxxP", 1, ctypes.addressof(drop)))


def finished_connection(listener, way):
    source = ("", 0) if way is bound else None
    client = socket.create_connection(listener.getsockname(), source_address=source)
    server = listener.accept()[0]
    if way is accepted:
        client, server = server, client
    if way is shut_unread:
        server.send(b"goodbye")
    if way is idle:
        servers.append((server, time.monotonic()))
        return client
    if way in (unanswered, unanswered_held):
        servers.append(server)
        client.shutdown(socket.SHUT_WR)
        wait_for(client, "FIN_WAIT2")
        return client
    server.close()
    wait_for(client, "CLOSE_WAIT")
    if way is shut_late:
        hear_nothing(client)
    return client


def child(way, ready, go, done):
    ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG: it ends with us
    with open("/proc/self/comm", "w") as comm:
        comm.write(way.__name__)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        clients = [finished_connection(listener, way) for _ in range(EACH)]
    os.write(ready, b".")
    os.read(go, 1)
    for client in clients:
        way(client)
    os.write(done, b".")
    time.sleep(60)


ready, go, done = os.pipe(), os.pipe(), os.pipe()
for way in WAYS:
    if not os.fork():
        child(way, ready[1], go[0], done[1])


def wait_all(pipe, word):
    for _ in WAYS:
        os.read(pipe, 1)
    print(word, flush=True)


wait_all(ready[0], "ready")
sys.stdin.readline()
os.write(go[1], b"." * len(WAYS))
wait_all(done[0], "done")
sys.stdin.readline()
