#!/usr/bin/python3
"""Runs a command behind a seccomp filter that refuses system calls or socket families, as container runtimes do.

    without.py bpf,netlink -- COMMAND...

"relocation" refuses to run a program that loads others: so do kernels that cannot relocate them.
"""
import ctypes, os, platform, struct, sys

ALLOW, REFUSE = 0x7FFF0000, 0x00050001  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | EPERM
numbers = {"x86_64": {"bpf": 321, "socket": 41, "fsopen": 430}, "aarch64": {"bpf": 280, "socket": 198, "fsopen": 430}}[platform.machine()]


def refuse_call(name):
    return [(0x20, 0, 0, 0), (0x15, 0, 1, numbers[name]), (0x06, 0, 0, REFUSE)]


def refuse_first(name, argument):
    return [(0x20, 0, 0, 0), (0x15, 0, 3, numbers[name]), (0x20, 0, 0, 16), (0x15, 0, 1, argument), (0x06, 0, 0, REFUSE)]


narrow = {"netlink": ("socket", 16), "relocation": ("bpf", 10)}  # AF_NETLINK, BPF_PROG_RUN
rules = []
for word in sys.argv[1].split(","):
    rules += refuse_first(*narrow[word]) if word in narrow else refuse_call(word)
rules.append((0x06, 0, 0, ALLOW))
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *rule) for rule in rules))


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


libc = ctypes.CDLL(None, use_errno=True)
program = Program(len(rules), ctypes.addressof(code))
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.byref(program), 0, 0):
    sys.exit("without.py: no seccomp here")
os.execvp(sys.argv[3], sys.argv[3:])
