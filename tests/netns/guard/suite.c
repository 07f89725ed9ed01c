/* A small test suite: each test fetches, and one of them may forget to close.   usage: suite PORT leak|clean */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int fetch(int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port) };
	char answer[256];
	int s = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(s, (struct sockaddr *)&to, sizeof(to))) /* here: fetch */
		exit(1);
	if (write(s, "GET / HTTP/1.1\r\n\r\n", 18) < 0)
		exit(1);
	while (read(s, answer, sizeof(answer)) > 0)
		;
	return s;
}

int main(int argc, char **argv)
{
	close(fetch(atoi(argv[1])));
	int s = fetch(atoi(argv[1]));
	if (argc < 3 || strcmp(argv[2], "leak") != 0)
		close(s);
	usleep(500000);
	return 0;
}
