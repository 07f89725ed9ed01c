/* A process that passes for CPython and lies about its frames. usage: mad mute|endless|threads PORT
 * It is linked with a library called libpython3.N whose _PyRuntime is made here. Ten times a second it connects to
 * PORT, whose server closes; it never does. mute      of 3.13: where the offsets should stand lies a page that nobody
 * gives (userfaultfd) endless   of 3.11: its frames are a list without an end, lengths are as large as can be, a name
 * draws on the terminal threads   of 3.11: so are its threads, and none is the one that connects
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PAGE = 4096, NOT_HERE = 77 };

extern char _PyRuntime[2 * PAGE] __attribute__((aligned(4096)));

static char thread[PAGE], interpreter[PAGE], shadow[PAGE], frame[PAGE], code[PAGE], name[PAGE], table[PAGE];

static void put(char *at, size_t offset, uint64_t value)
{
	memcpy(at + offset, &value, sizeof(value));
}

/* Offsets as in src/blame/python_layout.c. */
static void be_endless(bool lies_of_threads)
{
	static const char said[] = "\033[2J\nforged";

	put(_PyRuntime, 40, (uintptr_t)interpreter);
	put(interpreter, 16, (uintptr_t)thread);
	put(thread, 8, (uintptr_t)thread);
	put(thread, 152, lies_of_threads ? 1 : (uint64_t)pthread_self());
	put(thread, 56, (uintptr_t)shadow);
	put(shadow, 8, (uintptr_t)frame);
	put(frame, 48, (uintptr_t)frame);
	put(frame, 32, (uintptr_t)code);
	put(code, 112, (uintptr_t)name);
	put(code, 128, (uintptr_t)name);
	put(code, 136, (uintptr_t)table);
	put(code, 72, UINT64_MAX);
	put(name, 16, UINT64_MAX >> 1);
	name[32] = 1 << 2 | 1 << 5 | 1 << 6; /* characters of a byte, in place, ASCII */
	memcpy(name + 48, said, sizeof(said));
	put(table, 16, 1 << 20);
	memset(table + 32, 0xff, PAGE - 32);
}

static void be_mute(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register given = { .range = { (uintptr_t)_PyRuntime, PAGE },
		                         .mode = UFFDIO_REGISTER_MODE_MISSING };
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) ||
	    mmap(_PyRuntime, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
	            MAP_FAILED ||
	    ioctl(fd, UFFDIO_REGISTER, &given))
		exit(NOT_HERE);
}

int main(int count, char **words)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	char byte;

	if (count != 3)
		return 2;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	to.sin_port = htons((unsigned short)atoi(words[2]));
	if (!strcmp(words[1], "mute"))
		be_mute();
	else
		be_endless(!strcmp(words[1], "threads"));
	for (;;) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		if (connect(fd, (struct sockaddr *)&to, sizeof(to)))
			return 1;
		write(fd, "x\n\n", 3);
		while (read(fd, &byte, 1) > 0)
			;
		usleep(100000);
	}
}
