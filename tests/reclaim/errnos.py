#!/usr/bin/env python3
# Every call that `unfin reclaim --apply` makes fails, one at a time: whatever fails, nothing is destroyed without a line of
# its own in the audit file, and nothing is told to be destroyed that is still there. Runs beside a leak of the lab; a
# line of JSON on stdout.
#
#   errnos.py UNFIN [--runs N] [--seed N]     by chance, half of them where it matters most
#   errnos.py UNFIN --every                   each errno of each call: its first, its last, and all of them
import argparse, collections, json, os, random, re, subprocess, sys, tempfile, time

ERRNOS = ["EPERM", "ENOENT", "EINTR", "EIO", "EAGAIN", "ENOMEM", "EACCES", "EINVAL", "EMFILE", "ENOSPC", "ENOSYS", "ESRCH", "EBUSY"]
# exit has no error, nor has brk: it tells where the end is; without execve and mmap the loader does not come to main()
NEVER = {"exit_group", "exit", "execve", "rt_sigreturn", "restart_syscall", "vfork", "brk", "mmap", "mprotect"}
# Half of the runs: what destroys, and what writes it down.
CENTRAL = ["bpf", "fsync", "openat", "pread64", "read", "recvmsg", "sendto", "write"]


def leaked():
    out = subprocess.run(["ss", "-tneH", "state", "close-wait"], capture_output=True, text=True).stdout
    return {int(w[3:], 16) for line in out.splitlines() for w in line.split() if w.startswith("sk:")}


class Run:
    def __init__(self, unfin, work):
        self.unfin, self.work = unfin, work

    def command(self, cookie):
        return [self.unfin, "reclaim", f"cookie == {cookie}", "--window", "0", "--min-age", "0s", "--force", "errnos", "--rate",
                "0", "--apply", "--yes", "--json", "--quiet"]

    def run(self, strace, cookie):
        audit, out = self.work + "/audit.jsonl", self.work + "/done.json"
        for path in (audit, out):
            if os.path.exists(path):
                os.unlink(path)
        with open(out, "w") as f:
            status = subprocess.run(["strace", "-f", "-qq"] + strace + self.command(cookie), stdout=f, stderr=subprocess.DEVNULL,
                                    env=dict(os.environ, UNFIN_AUDIT=audit), timeout=60).returncode
        return status, self.lines(audit), self.done(out)

    @staticmethod
    def lines(path):
        found = []
        for line in open(path, errors="replace") if os.path.exists(path) else []:
            try:
                found.append(json.loads(line))
            except ValueError:
                pass
        return found

    # Output that was cut off is no document, and claims nothing.
    @staticmethod
    def done(path):
        try:
            with open(path) as f:
                return {d["socket"]["cookie"] for d in json.load(f)["done"] if d["result"] == "destroyed"}
        except ValueError:
            return set()


def count_calls(run, work, cookie):
    trace = work + "/trace"
    run.run(["-o", trace], cookie)
    with open(trace, errors="replace") as f:
        names = re.findall(r"^\d+ +(\w+)\(", f.read(), re.M)
    return collections.Counter(n for n in names if n not in NEVER)


def judge(cookie, status, lines, done, gone):
    intents = {l["cookie"] for l in lines if l["step"] == "intent"}
    if cookie in gone and cookie not in intents:
        return "destroyed without a line"
    if not done <= gone:
        return "told as destroyed, and it is there"
    if status == 0 and done != {cookie}:
        return "status 0, and it was not destroyed"
    if status < 0:
        return f"killed by signal {-status}"
    return None


def by_chance(calls, runs, rng):
    for _ in range(runs):
        central = rng.random() < 0.5
        name = rng.choice([c for c in CENTRAL if c in calls] if central else sorted(calls))
        at, error = rng.randint(max(1, calls[name] - 20 if central else 1), calls[name]), rng.choice(ERRNOS)
        yield name, error, f"{at}+" if rng.random() < 0.5 else str(at)


def every(calls):
    for name in sorted(calls):
        for error in ERRNOS:
            for when in {"1", "1+", str(calls[name])}:
                yield name, error, when


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("unfin")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--every", action="store_true")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    a = parser.parse_args()
    rng, work, wrong, gone_in = random.Random(a.seed), tempfile.mkdtemp(), [], 0
    run = Run(a.unfin, work)
    calls = count_calls(run, work, min(leaked()))
    count = 0
    for name, error, when in every(calls) if a.every else by_chance(calls, a.runs, rng):
        if error in ("EINTR", "EAGAIN"):
            when = when.rstrip("+")  # what is interrupted, or to be tried again, is tried again for ever
        cookie, inject = min(leaked()), f"inject={name}:error={error}:when={when}"
        count += 1
        try:
            status, lines, done = run.run(["-o", "/dev/null", "-e", inject], cookie)
        except subprocess.TimeoutExpired:
            wrong.append(f"{inject}: it hangs")
            continue
        gone = {cookie} - leaked()
        gone_in += len(gone)
        fault = judge(cookie, status, lines, done, gone)
        if fault:
            wrong.append(f"{inject}: {fault}")
    print(json.dumps({"runs": count, "calls": len(calls), "destroyed": gone_in, "wrong": wrong, "seed": a.seed}))
    sys.exit(bool(wrong))


main()
