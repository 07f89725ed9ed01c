"""Places that lack something: a name, and the words before the command. `sh` is for what takes more than one step."""


def sh(script):
    return ["sh", "-c", script + '; exec "$@"', "sh"]


def mounted(script):
    return ["unshare", "-m"] + sh(script)


NOBODY = "setpriv --reuid 65534 --regid 65534 --clear-groups"
WANTED = "bpf perfmon sys_admin sys_ptrace dac_read_search net_admin".split()


def with_caps(names):
    caps = ",".join("+" + n for n in names)
    return f"{NOBODY} --inh-caps {caps} --ambient-caps {caps} --bounding-set -all,{caps}"


def hidden(options, user=""):
    return ["unshare", "-m", "sh", "-c", f'mount -t proc -o {options} proc /proc; exec {user} "$@"', "sh"]


def limit(option, value):
    return ["prlimit", f"--{option}={value}:{value}"]


PLACES = {
    "plain": ["env"],
    "nobody": NOBODY.split(),
    "root without capabilities": ["setpriv", "--bounding-set=-all", "--inh-caps=-all"],
    "no_new_privs": ["setpriv", "--no-new-privs"],
    "user namespace": ["unshare", "-U", "-r"],
    "empty environment": ["env", "-i", "UNFIN_NETNS=self"],
    "pid namespace": ["unshare", "-p", "-f", "--mount-proc"],
    "pid namespace, old /proc": ["unshare", "-p", "-f"],
    "no /proc": mounted("mount -t tmpfs none /proc"),
    "no /sys": mounted("mount -t tmpfs none /sys"),
    "no BTF": mounted("mount -t tmpfs none /sys/kernel/btf"),
    "/proc/sys masked": mounted("mount -t tmpfs none /proc/sys"),
    "/proc/sys/net masked": mounted("mount -t tmpfs none /proc/sys/net"),
    "port range masked": mounted("mount --bind /dev/null /proc/sys/net/ipv4/ip_local_port_range"),
    "/etc empty": mounted("mount -t tmpfs none /etc"),
    "no bpf()": ["python3", "@HERE@/../netns/without.py", "bpf", "--"],
    "neither bpf() nor netlink": ["python3", "@HERE@/../netns/without.py", "bpf,netlink", "--"],
}
for n in (1, 2):
    PLACES[f"hidepid={n}, nobody"] = hidden(f"hidepid={n}", NOBODY)
    few = [c for c in WANTED if c != "sys_ptrace"]
    PLACES[f"hidepid={n}, without sys_ptrace"] = hidden(f"hidepid={n}", with_caps(few))
    PLACES[f"hidepid={n}, root"] = hidden(f"hidepid={n}")
PLACES["subset=pid"] = hidden("subset=pid")
PLACES["subset=pid, nobody"] = hidden("subset=pid", NOBODY)
for c in WANTED:
    PLACES[f"root without {c}"] = ["setpriv", f"--bounding-set=-{c}", "--inh-caps=-all"]
PLACES["nobody with what is wanted"] = with_caps(WANTED).split()
PLACES["nobody with bpf and perfmon"] = with_caps(["bpf", "perfmon"]).split()
for n in (4, 5, 6, 7, 9, 12, 20):
    PLACES[f"{n} descriptors"] = limit("nofile", n)
for mb in (16, 32, 64):
    PLACES[f"{mb} MB of addresses"] = limit("as", mb << 20)
PLACES["stack of 64 KB"] = limit("stack", 64 << 10)
PLACES["no locked memory"] = limit("memlock", 0)
PLACES["no processes"] = limit("nproc", 0)
PLACES["files of 0 bytes"] = limit("fsize", 0)
PLACES["2 MB of data"] = limit("data", 2 << 20)
