#include "lab/kit/board.h"
#include <errno.h>
#include <sys/mman.h>

#define BOARD_NAME "unfin-lab-board"

bool board_is_there(int fd)
{
	static const char board[] = "/memfd:" BOARD_NAME " (deleted)";
	char link[32], target[sizeof(board) + 1];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, target, sizeof(target));
	return n == (ssize_t)strlen(board) && !memcmp(target, board, strlen(board));
}

int board_open(int fd, struct board **ret)
{
	void *page = mmap(NULL, sizeof(struct board), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (page == MAP_FAILED)
		return -errno;
	*ret = page;
	return 0;
}

int board_new(struct board **ret, int *ret_fd)
{
	cleanup(cleanup_close) int fd = memfd_create(BOARD_NAME, MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, sizeof(struct board)))
		return -errno;
	int error = board_open(fd, ret);
	if (error)
		return error;
	*ret_fd = fd;
	fd = -1;
	return 0;
}
