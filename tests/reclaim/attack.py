#!/usr/bin/env python3
# A plan of `unfin reclaim` attacked: between plan and end each socket becomes something else, and what must live is asked
# after. Runs in network and pid namespaces of its own (see run). A line of JSON on stdout; status 1: a wrong kill, or
# sockets that were left alone were not destroyed, so that nothing was proved.
#
#   attack.py UNFIN [--trials N] [--seed N] [--size SOCKETS] [--method bpf|sock-destroy] [--killer unfin|ss]
#
# Half of the rounds attack before --apply, half while it runs. Who holds the sockets is another process than the one
# that starts unfin: those of its own ancestors are always refused.
import argparse, array, collections, json, os, random, signal, socket, struct, subprocess, sys, tempfile, time
from multiprocessing import Pipe

CLOSE_WAIT, CLOSED = 8, 7
SO_COOKIE, TCP_INFO = 57, 11
LIMIT_S = 5


def state_of(s):
    return s.getsockopt(socket.IPPROTO_TCP, TCP_INFO, 1)[0]


def cookie_of(s):
    return struct.unpack("Q", s.getsockopt(socket.SOL_SOCKET, SO_COOKIE, 8))[0]


def wait_for(condition, what):
    end = time.monotonic() + LIMIT_S
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.001)


# The far end: accepts, and finishes its side as the first byte says: c closes, h only stops sending and reads on, s stops
# sending and never reads.
def run_server(listener):
    import threading

    kept = []

    def serve(c):
        how = c.recv(1)
        if how == b"c":
            c.close()
            return
        c.shutdown(socket.SHUT_WR)
        try:
            while how == b"h" and c.recv(4096):
                pass
        except ConnectionResetError:
            pass
        kept.append(c)

    while True:
        c, _ = listener.accept()
        threading.Thread(target=serve, args=(c,), daemon=True).start()


# What may happen to a planned socket. Each gets the holder and the socket's number, and says what must live after:
# a list of sockets, each of which must not be destroyed.
def attack_none(h, i):
    return []


def attack_close(h, i):
    h.sockets[i].close()
    return []


# The same four numbers, the same descriptor, the same state: only the cookie is another one.
def attack_reuse_tuple(h, i):
    local, peer, fd = h.sockets[i].getsockname(), h.sockets[i].getpeername(), h.sockets[i].fileno()
    h.sockets[i].close()
    return [h.connect(peer, b"c", local, fd)]


def attack_reuse_port(h, i):
    local, peer = h.sockets[i].getsockname(), h.sockets[i].getpeername()
    h.sockets[i].close()
    return [h.connect((peer[0], peer[1] + 1), b"c", local)]


def attack_reuse_fd(h, i):
    peer, fd = h.sockets[i].getpeername(), h.sockets[i].fileno()
    h.sockets[i].close()
    return [h.connect(peer, b"c", None, fd)]


def attack_move_on(h, i):
    h.sockets[i].shutdown(socket.SHUT_WR)
    return []


def attack_fork(h, i):
    h.fork()
    return [h.sockets[i]]


# In a message that nobody has read yet.
def attack_pass(h, i):
    a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    a.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [h.sockets[i].fileno()]))])
    h.others += [a, b]
    return [h.sockets[i]]


def attack_dup(h, i):
    h.others.append(h.sockets[i].dup())
    return [h.sockets[i]]


def attack_resume(h, i):
    h.sockets[i].send(b"x" * 100)
    return [h.sockets[i]]


def attack_unsent(h, i):
    h.sockets[i].setblocking(False)
    try:
        while h.sockets[i].send(b"x" * 65536):
            pass
    except BlockingIOError:
        pass
    return [h.sockets[i]]


def attack_read(h, i):
    h.sockets[i].recv(10)
    return [h.sockets[i]]


# name: (what happens, how the far end finished before)
ATTACKS = {
    "none": (attack_none, b"c"), "close": (attack_close, b"c"), "reuse-tuple": (attack_reuse_tuple, b"c"),
    "reuse-port": (attack_reuse_port, b"c"), "reuse-fd": (attack_reuse_fd, b"c"), "move-on": (attack_move_on, b"c"),
    "fork": (attack_fork, b"c"), "pass": (attack_pass, b"c"), "dup": (attack_dup, b"c"), "resume": (attack_resume, b"h"),
    "unsent": (attack_unsent, b"s"), "read": (attack_read, b"c"),
}


# Holds sockets, and attacks them when it is told to.
class Holder:
    def __init__(self, pipe):
        self.pipe, self.sockets, self.others, self.children = pipe, [], [], []
        self.kinds, self.cookies, self.alive = [], [], []

    def connect(self, peer, how, local=None, fd=None):
        s = socket.socket()
        if local:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            wait_for(lambda: self.try_call(s.bind, local), "bind")
        if fd is not None and s.fileno() != fd:
            os.dup2(s.fileno(), fd)
            s.close()
            s = socket.socket(fileno=fd)
        wait_for(lambda: self.try_call(s.connect, peer), "connect")
        s.send(how)
        wait_for(lambda: state_of(s) == CLOSE_WAIT, "close_wait")
        return s

    @staticmethod
    def try_call(call, argument):
        try:
            call(argument)
            return True
        except OSError as error:
            if error.errno not in (98, 99):
                raise
            return False

    # A child that holds all of this process's descriptors: so this holder has this one socket only.
    def fork(self):
        child = os.fork()
        if not child:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.pause()
            os._exit(0)
        self.children.append(child)

    def make(self, kinds, peer):
        self.kinds = kinds
        self.sockets = [self.connect(peer, ATTACKS[k][1]) for k in kinds]
        self.cookies = [cookie_of(s) for s in self.sockets]
        return self.cookies

    def make_at(self, peer, local):
        self.kinds, self.sockets = ["none"], [self.connect(peer, b"c", local)]
        self.cookies = [cookie_of(self.sockets[0])]
        return self.cookies[0]

    def name(self):
        return self.sockets[0].getsockname()

    # `spread`: seconds within which each attack begins
    def attack(self, seed, spread):
        rng, start, done = random.Random(seed), time.monotonic(), []
        order = sorted((rng.random() * spread, i) for i in range(len(self.kinds)))
        for at, i in order:
            time.sleep(max(0, start + at - time.monotonic()))
            # too late: it has been destroyed already, and what is done to it proves nothing
            late = state_of(self.sockets[i]) == CLOSED
            try:
                live = [] if late else [(s, cookie_of(s)) for s in ATTACKS[self.kinds[i]][0](self, i)]
            except (OSError, TimeoutError) as error:
                if not spread:
                    raise
                live, late = [], True
            done.append((self.kinds[i], self.cookies[i], time.time(), late, [c for _, c in live]))
            self.alive += [(s, c) for s, c in live]
        return done

    # Those that must live, and do not.
    def dead(self):
        return [c for s, c in self.alive if state_of(s) == CLOSED]

    def untouched(self):
        return [c for s, c, k in zip(self.sockets, self.cookies, self.kinds) if k == "none" and state_of(s) == CLOSED]

    def end(self):
        for child in self.children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        os._exit(0)

    def run(self):
        while True:
            name, *arguments = self.pipe.recv()
            self.pipe.send(getattr(self, name)(*arguments))


class Remote:
    def __init__(self):
        self.pipe, theirs = Pipe()
        self.pid = os.fork()
        if not self.pid:
            self.pipe.close()
            try:
                Holder(theirs).run()
            except BaseException as error:
                sys.stderr.write(f"holder: {error!r}\n")
            os._exit(1)
        theirs.close()

    def start(self, *call):
        self.pipe.send(call)

    def answer(self):
        return self.pipe.recv()

    def ask(self, *call):
        self.start(*call)
        return self.answer()

    def kill(self):
        self.pipe.send(("end",))
        os.waitpid(self.pid, 0)
        self.pipe.close()


# What destroys: unfin by its plan; or ss -K, by the four numbers it has listed, as people do it.
class Unfin:
    def __init__(self, path, method, work):
        self.path, self.method, self.work = path, method, work
        self.common = ["--window", "0", "--min-age", "0s", "--force", "attack", "--limit", "100000", "--json", "--quiet",
                       "--method", method]

    def plan(self):
        with open(self.work + "/plan.json", "w") as out:
            subprocess.run([self.path, "reclaim", "state == close-wait"] + self.common, stdout=out)
        with open(self.work + "/plan.json") as f:
            document = json.load(f)
        self.refused = collections.Counter(r["why"] for r in document["refused"])
        return {s["cookie"] for s in document["sockets"]}

    def start(self, rate):
        self.audit = self.work + "/audit.jsonl"
        if os.path.exists(self.audit):
            os.unlink(self.audit)
        out = open(self.work + "/done.json", "w")
        return subprocess.Popen([self.path, "reclaim", "--plan", self.work + "/plan.json", "--apply", "--yes", "--rate",
                                 str(rate)] + self.common, stdout=out, env=dict(os.environ, UNFIN_AUDIT=self.audit))

    # cookie: not before when it can have been destroyed
    def killed(self):
        lines = []
        if os.path.exists(self.audit):
            with open(self.audit) as f:
                lines = [json.loads(line) for line in f if line.strip()]
        intents = {l["cookie"]: l["at"] for l in lines if l["step"] == "intent"}
        killed = {l["cookie"] for l in lines if l["step"] == "result" and l["result"] == "destroyed"}
        with open(self.work + "/done.json") as f:
            done = {d["socket"]["cookie"] for d in json.load(f)["done"] if d["result"] == "destroyed"}
        if done != killed or not killed <= set(intents):
            raise SystemExit("the audit is not what was done")
        return {c: parse_time(intents[c]) for c in killed}


class Ss:
    def __init__(self, work):
        self.rows = []

    def plan(self):
        out = subprocess.run(["ss", "-tnH", "state", "close-wait"], capture_output=True, text=True).stdout
        self.rows = [line.split()[2:4] for line in out.splitlines()]
        out = subprocess.run(["ss", "-tneH", "state", "close-wait"], capture_output=True, text=True).stdout
        return {int(word[3:], 16) for line in out.splitlines() for word in line.split() if word.startswith("sk:")}

    def start(self, rate):
        script = "".join(f"ss -KH state close-wait src {a} dst {b} >/dev/null\n" for a, b in self.rows)
        return subprocess.Popen(["sh", "-c", script], stderr=subprocess.DEVNULL)

    def killed(self):
        return {}


def parse_time(text):
    seconds, _, fraction = text.rstrip("Z").partition(".")
    import calendar

    return calendar.timegm(time.strptime(seconds, "%Y-%m-%dT%H:%M:%S")) + float("0." + (fraction or "0"))


# A holder ends, and another process gets its number, with a socket of the same four numbers at the same descriptor.
def attack_pid(remote, peer):
    local = remote.ask("name")
    remote.kill()
    with open("/proc/sys/kernel/ns_last_pid", "w") as f:
        f.write(str(remote.pid - 1))
    again = Remote()
    if again.pid != remote.pid:
        raise SystemExit("the number of a process was not given again")
    cookie = again.ask("make_at", peer, local)
    return again, cookie


def round_of(killer, rng, size, peer, racing, tally):
    alone = [k for k in ATTACKS if k == "fork"]
    kinds = [rng.choice([k for k in ATTACKS if k not in alone]) for _ in range(size)]
    remotes, cookies = [Remote()], []
    groups = [kinds]
    for _ in range(max(1, size // len(ATTACKS))):
        remotes.append(Remote())
        groups.append(["fork"])
    for remote, group in zip(remotes, groups):
        cookies += remote.ask("make", group, peer)
    doomed = None if racing else Remote()
    if doomed:
        cookies += doomed.ask("make", ["none"], peer)
    planned = killer.plan()
    if not set(cookies) <= planned:
        raise SystemExit(f"not all sockets are in the plan: {getattr(killer, 'refused', '')}")
    spread = size / 100 if racing else 0
    if racing:
        process = killer.start(100)
    else:
        doomed, other = attack_pid(doomed, peer)
    for remote in remotes:
        remote.start("attack", rng.random(), spread)
    done = [d for remote in remotes for d in remote.answer()]
    if not racing:
        process = killer.start(0)
    process.wait()
    killed = killer.killed()
    for kind, cookie, at, late, live in done:
        tally["trials"] += 1
        # 1 ms: the audit's clock is cut there
        if kind != "none" and not late and cookie in killed and killed[cookie] > at + 0.001:
            tally["wrong"] += 1
            tally["wrong_kinds"][kind] += 1
    for remote in remotes:
        dead = set(remote.ask("dead"))
        for kind, cookie, at, late, live in done:
            for c in live:
                # one that was destroyed before it was attacked has no cookie to be wrong about
                if c in dead and (c != cookie or c not in killed):
                    tally["wrong"] += 1
                    tally["wrong_kinds"][kind] += 1
        tally["destroyed"] += len(remote.ask("untouched"))
    if doomed:
        tally["trials"] += 1
        if doomed.ask("untouched") == [other]:
            tally["wrong"] += 1
            tally["wrong_kinds"]["pid"] += 1
        remotes.append(doomed)
    tally["untouched"] += kinds.count("none")
    for remote in remotes:
        remote.kill()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("unfin")
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--size", type=int, default=60)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--method", default="bpf")
    parser.add_argument("--killer", default="unfin")
    a = parser.parse_args()
    rng, work = random.Random(a.seed), tempfile.mkdtemp()
    killer = Ss(work) if a.killer == "ss" else Unfin(a.unfin, a.method, work)
    listeners = [socket.create_server(("127.0.0.1", port), backlog=1024) for port in (8080, 8081)]
    servers = []
    for listener in listeners:
        pid = os.fork()
        if not pid:
            run_server(listener)
        servers.append(pid)
    for listener in listeners:
        listener.close()
    tally = {"trials": 0, "wrong": 0, "wrong_kinds": collections.Counter(), "untouched": 0, "destroyed": 0}
    racing = False
    try:
        while tally["trials"] < a.trials:
            round_of(killer, rng, a.size, ("127.0.0.1", 8080), racing, tally)
            racing = not racing and a.killer == "unfin"
    finally:
        for pid in servers:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    tally["seed"], tally["method"] = a.seed, a.method if a.killer == "unfin" else "ss -K"
    print(json.dumps(tally))
    sys.exit(bool(tally["wrong"]) or tally["destroyed"] < tally["untouched"])


main()
