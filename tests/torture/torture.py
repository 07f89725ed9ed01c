#!/usr/bin/python3
"""Everything that unfin asks of the system fails, one by one, beside a leak that is known. See `run`.

    torture.py UNFIN SHIM WORK [--sample N] [--only sites|allocations|places] [--command NAME] [--seconds S]
"""
import argparse, collections, concurrent.futures, itertools, os, random, re, signal, subprocess, sys, threading, time

sys.path.insert(0, os.path.dirname(__file__))
from judge import FINE, Run, judge
from places import PLACES

COMMANDS = {
    "check": "check --window 0 --json",
    "check-sock-diag": "check --window 0 --json --source sock_diag",
    "check-watch": "check --window 200ms --json",
    "check-libbpf": "check --window 0 --json",
    "list": "list --json",
    "ports": "ports --json",
    "limits": "limits --json",
    "doctor": "doctor --json",
    "record": "record --window 0 @KEPT@",
}
# Where kernel programs may not be run to load others: libbpf does it, as on a kernel before 5.17.
BENEATH = {"check-libbpf": ["@WORK@/refuse"]}
SITES_OF = "check check-sock-diag check-watch check-libbpf list ports limits doctor record".split()
PLACES_OF = "check check-watch check-libbpf list ports limits doctor record".split()
ERRORS = "ENOMEM EMFILE EINTR EAGAIN EPERM EIO ENOBUFS".split()
# sock_diag meets processes with more rights than ours, doctor looks at all that the host does meanwhile.
GAPS_OF_THE_HOST = "check-sock-diag", "doctor"
STICKY = "EMFILE ENOMEM EPERM EIO".split()
# These give no error that a program could meet.
NEVER = "execve exit_group exit brk munmap arch_prctl set_tid_address set_robust_list rseq rt_sigreturn".split()
OCCURRENCES = {1, 2, 3, 10, 50, 200}
# A busy or stopped machine makes a run late, a hang makes it endless: what was late is run again, with more time.
LIMIT_S, AGAIN_S = 30, 120
HERE = os.path.dirname(os.path.abspath(__file__))


class Torture:
    def __init__(self, options):
        self.unfin, self.shim, self.work = options.unfin, options.shim, options.work
        self.numbers, self.local = itertools.count(), threading.local()
        self.bases, self.late = {}, 0

    def place(self):
        """Files of this thread alone."""
        if not hasattr(self.local, "number"):
            self.local.number = next(self.numbers)
        return f"{self.work}/{self.local.number}"

    def words(self, name):
        kept = self.place() + ".unfin"
        if os.path.exists(kept):
            os.unlink(kept)
        return [self.unfin] + [w.replace("@KEPT@", kept) for w in COMMANDS[name].split()]

    def run(self, name, before, environment=None):
        """None: it ended in neither of two tries."""
        return self.run_within(LIMIT_S, name, before, environment) or self.run_late(name, before, environment)

    def run_late(self, *what):
        self.late += 1
        return self.run_within(AGAIN_S, *what)

    def run_within(self, limit_s, name, before, environment=None):
        beneath = [w.replace("@WORK@", self.work) for w in BENEATH.get(name, [])]
        words = beneath + before + self.words(name)
        with subprocess.Popen(words, env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, start_new_session=True) as p:
            try:
                out, err = p.communicate(timeout=limit_s)
            except subprocess.TimeoutExpired:
                os.killpg(p.pid, signal.SIGKILL)
                return None
        return Run(p.returncode, out, err)

    def wait_for_the_leak(self):
        """It is one only when it has stood for a moment."""
        end = time.monotonic() + LIMIT_S
        while self.run("check", []).status != 1:
            if time.monotonic() > end:
                sys.exit("torture: the leak is not found even where nothing fails")
            time.sleep(0.1)

    def base(self, name):
        """The answer where nothing fails: told twice alike, or the harness itself could not be believed."""
        if name not in self.bases:
            one, two = self.run(name, []), self.run(name, [])
            self.bases[name] = one
            verdict = judge(name, one, two, self.place() + ".unfin", self.unfin)
            if one is None or verdict not in FINE or (one.gaps() and name not in GAPS_OF_THE_HOST) or (name.startswith("check") and one.status != 1):
                sys.exit(f"torture: {name} without a fault: {verdict}, status {one and one.status}: {one and one.err}")
        return self.bases[name]

    def one(self, name, before, environment=None):
        before = [w.replace("@HERE@", HERE) for w in before]
        run = self.run(name, before, environment)
        mute = any(w.startswith("inject=write:") and w.endswith("+") for w in before)
        verdict = judge(name, self.bases[name], run, self.place() + ".unfin", self.unfin, mute)
        return verdict, run.err.strip().replace("\n", " / ")[:160] if run else ""


def sites(torture, name):
    """SYSCALL, N: the Nth call of it, where what it asks for is new, and some of its repetitions."""
    log = torture.place() + ".trace"
    torture.run(name, ["strace", "-f", "-s", "64", "-o", log])
    count, seen, started = collections.Counter(), collections.Counter(), False
    for line in open(log, errors="replace"):
        m = re.match(r"\d+\s+(\w+)\((.*)", line)
        if not m:
            continue
        call, arguments = m.groups()
        count[call] += 1
        started |= call == "getrandom"  # before that, the dynamic loader is at work
        if not started or call in NEVER:
            continue
        what = call, re.sub(r"0x[0-9a-f]+|\b\d+\b", "#", arguments)[:110]
        seen[what] += 1
        if seen[what] in OCCURRENCES:
            yield call, count[call], arguments[:90]


def site_faults(torture, name):
    found = list(sites(torture, name))
    for error in ERRORS:
        for call, n, what in found:
            yield name, inject(call, error, f"{n}"), None, f"{call} {error} {n}: {what}"
    for error in STICKY:
        for call in sorted({c for c, _, _ in found}):
            here = [s for s in found if s[0] == call]
            for call, n, what in here[:: max(1, len(here) // 12)]:
                yield name, inject(call, error, f"{n}+"), None, f"{call} {error} {n}+: {what}"


def inject(call, error, when):
    return ["strace", "-f", "--seccomp-bpf", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={when}"]


def allocation_faults(torture, name):
    report = torture.place() + ".count"
    torture.run(name, [], {"LD_PRELOAD": torture.shim, "FAIL_REPORT": report})
    total = int(open(report).read())
    step = max(1, total // 700)
    for n in range(1, total + 1, step):
        yield name, [], {"LD_PRELOAD": torture.shim, "FAIL_N": str(n)}, f"allocation {n} of {total}"
    for n in range(1, total + 1, step * 4):
        environment = {"LD_PRELOAD": torture.shim, "FAIL_N": str(n), "FAIL_STICKY": "1"}
        yield name, [], environment, f"allocation {n} and all after it"


def place_faults():
    for name in PLACES_OF:
        for place, before in PLACES.items():
            yield name, before, None, f"in: {place}"


def faults(torture, options):
    names = [options.command] if options.command else SITES_OF
    torture.wait_for_the_leak()
    for name in names:
        torture.base(name)
    if options.only in (None, "places"):
        for fault in place_faults():
            if fault[0] in names:
                yield fault
    for name in names:
        if options.only in (None, "sites"):
            yield from site_faults(torture, name)
        if options.only in (None, "allocations"):
            yield from allocation_faults(torture, name)


def sample_of(all_faults, count):
    """A spread over all kinds, the same in every run: what fails can be looked for again."""
    if not count or count >= len(all_faults):
        return all_faults
    return random.Random(1).sample(all_faults, count)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("unfin")
    parser.add_argument("shim")
    parser.add_argument("work")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--only", choices=["sites", "allocations", "places"])
    parser.add_argument("--command", choices=SITES_OF)
    parser.add_argument("--match", default="", help="only faults whose text has this")
    parser.add_argument("--seconds", type=int, default=10**9, help="stop after so long, and say so")
    options = parser.parse_args()
    torture, began = Torture(options), time.monotonic()
    chosen = sample_of([f for f in faults(torture, options) if options.match in f[3]], options.sample)
    counts, bad = collections.Counter(), 0
    print(f"torture: {len(chosen)} runs", flush=True)

    def work(fault):
        if time.monotonic() - began > options.seconds:
            return None
        return torture.one(*fault[:3])

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for done, (fault, result) in enumerate(zip(chosen, pool.map(work, chosen))):
            if done and done % 1000 == 0:
                print(f"torture: {done} of {len(chosen)} after {time.monotonic() - began:.0f} s", flush=True)
            if not result:
                counts["not run"] += 1
                continue
            verdict, err = result
            counts[fault[0], verdict.split(":")[0].split(" .")[0]] += 1
            if verdict not in FINE:
                bad += 1
                print(f"FAIL {fault[0]}: {verdict} | {fault[3]} | {err}", flush=True)
    for key in sorted(counts, key=str):
        print(f"{counts[key]:7} {key if isinstance(key, str) else ': '.join(key)}")
    print(f"torture: {len(chosen) - counts['not run']} runs in {time.monotonic() - began:.0f} s, {bad} failures, {torture.late} late")
    sys.exit(1 if bad or counts["not run"] else 0)


main()
