"""A process whose memory does not answer: a thread is in poll(), and the page that its argument stood in is now userfaultfd's to give,
which nobody does. It holds connections that their peer has finished. Prints "ready"; ends with its parent."""
import ctypes, fcntl, mmap, os, signal, socket, struct, sys, threading, time

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.poll.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int]
PRIVATE_ANONYMOUS, FIXED, PAGE = 0x22, 0x10, 4096
USERFAULTFD = {"x86_64": 323}.get(os.uname().machine, 282)
UFFDIO_API, UFFDIO_REGISTER, MISSING = 0xC018AA3F, 0xC020AA00, 1


def new_page(at=None):
    page = libc.mmap(at, PAGE, mmap.PROT_READ | mmap.PROT_WRITE, PRIVATE_ANONYMOUS | (FIXED if at else 0), -1, 0)
    if page in (None, ctypes.c_void_p(-1).value):
        sys.exit("mmap failed")
    return page


def is_in_poll(tid):
    """Number of poll(2), or of ppoll(2), and the page as its first argument."""
    with open(f"/proc/self/task/{tid}/syscall") as f:
        return f.read().split()[:2] in (["7", hex(page)], ["271", hex(page)], ["73", hex(page)])


libc.prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
listener = socket.create_server(("127.0.0.1", 8099))
kept = []
for _ in range(20):
    kept.append(socket.create_connection(("127.0.0.1", 8099)))
    kept.append(listener.accept()[0])
    kept[-1].shutdown(socket.SHUT_WR)
page = new_page()
ctypes.memmove(page, struct.pack("ihh", listener.fileno(), 1, 0), 8)
thread = threading.Thread(target=libc.poll, args=(page, 1, -1), daemon=True)
thread.start()
end = time.monotonic() + 10
while not is_in_poll(thread.native_id):
    if time.monotonic() > end:
        sys.exit("the thread does not come to poll()")
    time.sleep(0.01)

fault = libc.syscall(USERFAULTFD, os.O_CLOEXEC)
if fault < 0:
    sys.exit(77)  # not here
fcntl.ioctl(fault, UFFDIO_API, struct.pack("QQQ", 0xAA, 0, 0))
new_page(page)
fcntl.ioctl(fault, UFFDIO_REGISTER, struct.pack("QQQQ", page, PAGE, MISSING, 0))
print("ready", flush=True)
signal.pause()
