"""A program that runs from a file whose server then falls silent: nothing of it can be read any more.

    silent.py FOLDER PROGRAM WORD...: mounts there, runs the copy; prints "ready" when the server is silent. All ends with it, or after
    LIMIT_S. 77: not here.
"""
import multiprocessing, os, signal, sys, time
import mutefs

LIMIT_S = 60
silent = multiprocessing.Value("b", 0)
mutefs.libc.prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
with open(sys.argv[2], "rb") as f:
    content = f.read()
mutefs.serve(sys.argv[1], content, lambda operation, nth: None if silent.value else 0)
signal.alarm(LIMIT_S)
program = os.fork()
if not program:
    mutefs.libc.prctl(1, signal.SIGKILL, 0, 0, 0)
    os.execv(sys.argv[1] + "/file", [sys.argv[1] + "/file"] + sys.argv[3:])
end = time.monotonic() + 20
while len(os.listdir(f"/proc/{program}/fd")) < 24:  # it is at work, all of its code is in memory
    if time.monotonic() > end or os.waitpid(program, os.WNOHANG)[0]:
        sys.exit("the program does not run")
    time.sleep(0.05)
silent.value = 1
print("ready", flush=True)
signal.pause()
