/* Leaks a connection, and goes on as another program, which keeps it. What stands at the address of the call now is
 * another function: nobody opened anything there.
 *	execs PORT PROGRAM     that was built of this with -DOTHER */
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef OTHER
#define fetch answer
#endif

static int __attribute__((noinline)) fetch(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		                 .sin_port = htons((unsigned short)port),
		                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return connect(fd, (struct sockaddr *)&a, sizeof(a)) ?: write(fd, "GET\n", 4) < 0;
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return pause();
	if (fetch(atoi(argv[1])))
		return 1;
	return execl(argv[2], argv[2], (char *)NULL);
}
