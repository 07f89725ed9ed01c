"""A process that holds the lock of its own memory map for ever, and connections that their peer has finished: one thread waits
for a page of a file whose server has fallen silent, another for that lock. Reading its command line waits, too, and so does ps.

    locked.py FOLDER: mounts there, so in a mount namespace of its own; prints "ready". All ends with it, or after LIMIT_S.
    77: not here. 78: this kernel tells the command line without the lock.
"""
import ctypes, errno, mmap, os, signal, socket, subprocess, sys, threading, time
import mutefs

BYTES, LIMIT_S = 4096, 60  # one page: one read at a time
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.memcmp.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]


def hold_connections(count):
    listener = socket.create_server(("127.0.0.1", 8099))
    kept = [listener]
    for _ in range(count):
        client = socket.create_connection(listener.getsockname())
        kept.append(listener.accept()[0])
        client.close()
    return kept


def in_fault(tid):
    with open(f"/proc/self/task/{tid}/wchan") as f:
        return "request" in f.read()  # an answer of FUSE


def lock_self(folder):
    libc.prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
    kept = hold_connections(20)
    fd = os.open(folder + "/file", os.O_RDONLY)
    page = libc.mmap(None, BYTES, mmap.PROT_READ, mmap.MAP_PRIVATE, fd, 0)
    reader = threading.Thread(target=libc.memcmp, args=(page, b"a", 1))
    reader.start()
    while not in_fault(reader.native_id):
        time.sleep(0.01)
    # Again and again: the reads that fail come first, and between them nobody has the lock. Then one of these waits for ever.
    while True:
        libc.mmap(None, mmap.PAGESIZE, mmap.PROT_READ, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
        time.sleep(0.01)


def is_locked(pid):
    """Twice: on a busy host half a second may pass for another reason."""
    read = ["timeout", "-s", "KILL", "0.5", "cat", f"/proc/{pid}/cmdline"]
    return all(subprocess.run(read, stdout=subprocess.DEVNULL).returncode != 0 for _ in range(2))


libc.prctl(1, signal.SIGKILL, 0, 0, 0)
# The first two reads fail: the kernel waits for the third with the lock held.
mutefs.serve(sys.argv[1], b"x" * BYTES, lambda operation, nth: 0 if operation != mutefs.READ else errno.EIO if nth < 3 else None)
signal.alarm(LIMIT_S)
victim = os.fork()
if not victim:
    lock_self(sys.argv[1])
end = time.monotonic() + 20
while not is_locked(victim):
    if time.monotonic() > end or os.waitpid(victim, os.WNOHANG)[0]:
        sys.exit(78)
print("ready", flush=True)
signal.pause()
