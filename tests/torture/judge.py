"""What may come out when something fails. The truth is known (leak.py), so any answer must be that truth, or say what is
missing: a crash, a hang, "nothing wrong", or another answer without a gap is a failure.
"""
import json, os, subprocess

# What differs from run to run by itself.
VOLATILE = set("""eta eta_why since evidence excluded used files_used growth_per_min own alternatives recv_q confidence severity
	advice verdict shown""".split())
FINE = "same", "told", "incomplete", "unable"


class Run:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out.decode(errors="replace"), err.decode(errors="replace")
        try:
            self.document = json.loads(self.out)
        except ValueError:
            self.document = None

    def gaps(self):
        return self.document["coverage"]["gaps"] if self.document and "coverage" in self.document else []


def steady(value):
    if isinstance(value, dict):
        return {k: steady(v) for k, v in value.items() if k not in VOLATILE and not k.endswith(("_s", "_ms", "_at"))}
    if isinstance(value, list):
        return [steady(v) for v in value]
    return value


def difference(was, now, path=""):
    """The first place where two documents differ, for a person."""
    if type(was) is not type(now):
        return f"{path}: {str(was)[:40]} -> {str(now)[:40]}"
    if isinstance(was, dict):
        for k in sorted(set(was) | set(now)):
            if was.get(k) != now.get(k):
                return difference(was.get(k), now.get(k), f"{path}.{k}")
    if isinstance(was, list):
        if len(was) != len(now):
            return f"{path}: {len(was)} -> {len(now)} items"
        for i, (a, b) in enumerate(zip(was, now)):
            if a != b:
                return difference(a, b, f"{path}[{i}]")
    return f"{path}: {str(was)[:60]} -> {str(now)[:60]}"


def answer_of(name, document):
    """What the document answers, without what was not seen."""
    rest = steady({k: v for k, v in document.items() if k not in ("coverage", "power")})
    if name == "list":
        rest["sockets"].sort(key=lambda s: json.dumps(s, sort_keys=True))
    return rest


def doctor_lies(base, run):
    """It may find more missing, never less."""
    was, now = ({f["id"]: f["ok"] for f in r.document["features"]} for r in (base, run))
    if not now.get("pid-namespace"):  # of those that are there all may be read
        now["processes"] = False
    return [id for id in now if now[id] and not was.get(id)]


def judge_document(name, base, run):
    if run.document is None:
        return "NO JSON"
    if name == "doctor":
        lies = doctor_lies(base, run)
        return f"LIES: {lies}" if lies or (run.status and all(f["ok"] for f in run.document["features"])) else "told"
    if run.status == 3 and not run.gaps():
        return "INCOMPLETE WITHOUT A GAP"
    was, now = answer_of(name, base.document), answer_of(name, run.document)
    if name.startswith("check") and run.status == 1 and not any(f["id"] == "never-closed" for f in run.document["findings"]):
        return "ANOTHER VERDICT: " + str([f["id"] for f in run.document["findings"]])
    if run.gaps():
        return "incomplete" if run.status == 3 else "told"
    return "same" if was == now else "SILENT DIFFERENCE " + difference(was, now)


def judge_kept(unfin, path):
    """A moment that was kept answers for what it could not see."""
    p = subprocess.run([unfin, "check", "--json", "--from", path], capture_output=True)
    kept = Run(p.returncode, p.stdout, p.stderr)
    if kept.status == 1:
        return "same"
    return "told" if kept.status == 3 and kept.gaps() else f"KEPT: {kept.status} {kept.err[:80]}"


def judge(name, base, run, kept, unfin, mute=False):
    """mute: no byte could be written, to nowhere; then the status alone can tell."""
    if run is None:
        return "HANG"
    if run.status < 0 or run.status >= 128:
        return f"CRASH {run.status}"
    if "Sanitizer" in run.err or "runtime error" in run.err:
        return "SANITIZER"
    if name == "record":
        if run.status == 0:
            return judge_kept(unfin, kept)
        if os.path.exists(kept) and judge_kept(unfin, kept) not in FINE:  # whole it may be, and the word about it lost
            return "FILE LEFT"
    if run.status == 4 and (name != "doctor" or run.document is None):
        return "unable" if run.err.strip() or mute else "UNABLE WITHOUT A WORD"
    if run.status == 2:
        return "USAGE: " + run.err[:80]
    if name.startswith("check") and run.status == 0:
        return "FALSE ALL-CLEAR"
    return judge_document(name, base, run)
