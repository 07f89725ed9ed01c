#!/usr/bin/python3
"""Sockets that hide: each scene makes some in a network namespace of its own, prints a line of JSON with what a
look must say of them, and keeps them until its standard input ends.

    odd.py SCENE...        run as root; every scene in a fresh namespace
"""
import ctypes, fcntl, json, os, signal, socket, struct, sys, threading, time

CLONE_NEWNET, CLONE_FILES = 0x40000000, 0x400
libc = ctypes.CDLL(None, use_errno=True)
kept = []


def check(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def fresh_namespace():
    check(libc.unshare(CLONE_NEWNET))
    with socket.socket() as s:
        fcntl.ioctl(s, 0x8914, struct.pack("16sh22x", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP


def inode():
    return os.stat("/proc/thread-self/ns/net").st_ino


def listener(backlog=16, protocol=0):
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, protocol)
    s.bind(("127.0.0.1", 0))
    s.listen(backlog)
    kept.append(s)
    return s


def pair(l=None, protocol=0):
    l = l or listener(protocol=protocol)
    c = socket.socket(socket.AF_INET, socket.SOCK_STREAM, protocol)
    c.connect(l.getsockname())
    s = l.accept()[0]
    kept.extend([c, s])
    return c, s


def in_flight():
    """A descriptor in a queue between two AF_UNIX sockets, behind other messages."""
    a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    kept.extend([a, b])
    c, s = pair()
    for _ in range(3):
        a.send(b"x")
    socket.send_fds(a, [b"x"], [s.fileno()])
    s.close()
    return {"unowned": {"in_flight": 1}, "sockets": 3, "sock_diag": {"unowned": {"unknown": 1}}}


def io_uring():
    """A listener registered with an io_uring and closed as a descriptor."""
    params = (ctypes.c_char * 120)()
    ring = libc.syscall(425, 8, ctypes.byref(params))
    if ring < 0:
        return {"skip": "no io_uring here"}
    l = socket.socket()
    l.bind(("127.0.0.1", 0))
    l.listen(5)
    fds = (ctypes.c_int * 1)(l.fileno())
    check(libc.syscall(427, ring, 2, ctypes.byref(fds), 1))  # IORING_REGISTER_FILES
    l.close()
    return {"unowned": {"io_uring": 1}, "sockets": 1}


def closed_in_use():
    """A thread still waits in accept() on a descriptor that another one has closed."""
    l = listener()
    kept.remove(l)
    fd = l.detach()
    t = threading.Thread(target=libc.accept, args=(fd, None, None), daemon=True)
    t.start()
    while "accept" not in open(f"/proc/self/task/{t.native_id}/stack").read():
        time.sleep(0.01)
    os.close(fd)
    return {"unowned": {"unknown": 1}, "sockets": 1}


def requests():
    """Half a handshake: nothing answers our SYN-ACKs."""
    if os.system("ip addr add 10.9.9.1/32 dev lo && ip route add 10.8.0.0/16 dev lo"):
        return {"skip": "no iproute2 here"}
    l = socket.socket()
    l.bind(("0.0.0.0", 0))
    l.listen(16)
    kept.append(l)
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    raw.setsockopt(socket.IPPROTO_IP, socket.IP_HDRINCL, 1)
    port = l.getsockname()[1]
    for i in range(3):
        send_syn(raw, f"10.8.0.{i + 1}", "10.9.9.1", 1000 + i, port)
    return {"unowned": {"request": 3}, "sockets": 4}


def send_syn(raw, source, target, sport, dport):
    src, dst = socket.inet_aton(source), socket.inet_aton(target)
    tcp = struct.pack("!HHLLBBHHH", sport, dport, 1, 0, 5 << 4, 2, 1024, 0, 0)
    pseudo = src + dst + struct.pack("!BBH", 0, 6, len(tcp)) + tcp
    total = sum(struct.unpack(f"!{len(pseudo) // 2}H", pseudo))
    total = (total >> 16) + (total & 0xFFFF)
    checksum = ~(total + (total >> 16)) & 0xFFFF
    tcp = tcp[:16] + struct.pack("!H", checksum) + tcp[18:]
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40, 0, 0, 64, 6, 0, src, dst)
    raw.sendto(ip + tcp, (target, 0))


def leftovers():
    """What nobody holds: one not accepted, one in TIME_WAIT, one closed by us that the peer keeps."""
    l = listener()
    c, s = pair(l)
    c.close()
    s.recv(1)
    s.close()
    pair(l)[0].close()
    kept.append(socket.create_connection(l.getsockname()))
    return {"sockets": 6, "held": 3, "unowned": {"not_accepted": 1, "time_wait": 1, "orphan": 1}}


def mptcp():
    """Multipath TCP: the program holds the msk, the kernel its subflows."""
    try:
        pair(protocol=262)
    except OSError:
        return {"skip": "no MPTCP here"}
    return {"held": 3, "sockets": 6, "unowned": {"kernel": 3}}


def mptcp_leak():
    """Six connections of two subflows each whose clients have closed, and one that is open at both ends."""
    if os.system("ip addr add 127.0.0.2/8 dev lo && ip mptcp endpoint add 127.0.0.2 dev lo subflow"
                 " && ip mptcp limits set subflow 1 add_addr_accepted 1"):
        return {"skip": "no MPTCP here"}
    l = listener(protocol=262)
    l.getsockopt(socket.SOL_SOCKET, 57, 8)  # SO_COOKIE, as whoever looks at it asks for it: what is accepted then has it, too
    for closed in [True] * 6 + [False]:
        c, s = pair(l, protocol=262)
        c.send(b"question")
        s.recv(8)
        s.send(b"answer")
        c.recv(6)
        while struct.unpack_from("B", s.getsockopt(284, 1, 128))[0] < 1:  # SOL_MPTCP, MPTCP_INFO: further subflows
            time.sleep(0.01)
        if closed:
            kept.remove(c)
            c.close()
    return {"held": 9}


def by_descriptor():
    """A namespace that lives by an nsfs descriptor, with one connection nobody has accepted."""
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    fresh_namespace()
    there = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    l = listener()
    c = socket.create_connection(l.getsockname())
    kept.append(c)
    number = inode()
    check(libc.setns(home, CLONE_NEWNET))
    kept.append(there)
    return {"netns": number, "sockets": 3, "unowned": {"not_accepted": 1}}


def by_socket():
    """A namespace that lives by its sockets alone: no task, no mount, no descriptor of it."""
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    fresh_namespace()
    l = listener()
    kept.append(socket.create_connection(l.getsockname()))
    number = inode()
    check(libc.setns(home, CLONE_NEWNET))
    return {"netns": number, "sockets": 3, "unowned": {"not_accepted": 1}}


def by_udp():
    """The same, and the only socket held is none of TCP; what is left of TCP is a TIME_WAIT."""
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    fresh_namespace()
    c, s = pair()
    c.close()
    s.close()
    kept[0].close()
    kept.clear()
    kept.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    number = inode()
    check(libc.setns(home, CLONE_NEWNET))
    return {"netns": number, "sockets": 1, "unowned": {"time_wait": 1}}


def by_thread():
    """One thread of the process is in another namespace."""
    ready = threading.Event()
    answer = {}

    def elsewhere():
        fresh_namespace()
        c, s = pair()
        c.close()
        s.close()
        answer["netns"] = inode()
        ready.set()
        time.sleep(3600)

    threading.Thread(target=elsewhere, daemon=True).start()
    ready.wait()
    return {"netns": answer["netns"], "sockets": 2, "unowned": {"time_wait": 1}}


def thread_files():
    """A thread with a table of descriptors of its own: sockets that /proc/PID/fd does not show."""
    ready = threading.Event()

    def alone():
        check(libc.unshare(CLONE_FILES))
        kept.append(listener())
        ready.set()
        time.sleep(3600)

    threading.Thread(target=alone, daemon=True).start()
    ready.wait()
    return {"held": 1, "sockets": 1}


def zombie_leader():
    """The leader of a process has ended, its thread holds the socket."""
    read, write = os.pipe()
    pid = os.fork()
    if not pid:
        def stay():
            listener()
            os.write(write, b"x")
            time.sleep(3600)

        threading.Thread(target=stay, daemon=True).start()
        libc.syscall(60, 0)  # exit, of this thread alone
    kept.append(pid)
    os.read(read, 1)
    while open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] != "Z":
        time.sleep(0.01)
    return {"held": 1, "sockets": 1, "pid": pid, "kill": pid}


def shared_table():
    """Two processes share one table of descriptors: one holder, not two."""
    l = listener()
    stack = ctypes.create_string_buffer(65536)
    kept.append(stack)
    top = ctypes.c_void_p(ctypes.addressof(stack) + 65536 & ~15)
    pause = ctypes.cast(libc.pause, ctypes.c_void_p)
    pid = check(libc.clone(pause, top, CLONE_FILES | 0x100 | signal.SIGCHLD, None))  # CLONE_VM
    return {"held": 1, "sockets": 1, "kill": pid}


def inherited():
    """fork, dup: every descriptor of every process is a holder."""
    l = listener()
    kept.append(os.dup(l.fileno()))
    pid = os.fork()
    if not pid:
        time.sleep(3600)
        os._exit(0)
    return {"held": 4, "sockets": 1, "kill": pid}


def main():
    pids = []
    for name in sys.argv[1:]:
        read, write = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(read)
            libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
            if not name.startswith("by_"):
                fresh_namespace()
            facts = {"scene": name, **globals()[name]()}
            facts.setdefault("netns", inode())
            os.write(write, (json.dumps(facts) + "\n").encode())
            os.close(write)
            signal.pause()
        os.close(write)
        line = os.fdopen(read).readline()
        pids.append(pid)
        if not line:
            sys.exit(f"odd.py: {name} failed")
        facts = json.loads(line)
        if "kill" in facts:
            pids.append(facts["kill"])
        print(line, end="", flush=True)
    print("ready", flush=True)
    sys.stdin.read()
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


main()
