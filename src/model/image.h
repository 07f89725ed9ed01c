/* A process as a decoder is given it: which files stand where in its memory, and descriptors to read them and that
 * memory. With these, nothing has to be found by name any more: the process may have ended, its files may be deleted,
 * or lie in another mount namespace, and who decodes needs no right to open anything. */
#pragma once
#include "base/array.h"

enum { IMAGE_FILES = 512 };

struct image_file {
	uint64_t start, end; /* of all that is mapped of it, in one piece */
	uint64_t first_end;  /* of its first mapping */
	uint64_t offset;     /* in the file, of what stands at start */
	uint64_t device, inode;
	const char *path;   /* as the process sees it; a deleted one without the kernel's word for that */
	bool deleted, runs; /* it has code */
	int fd, debug_fd;   /* read-only; debug_fd: what lies beside it as PATH.debug. -1: could not be had */
};

/* What a file without lines says of the one that was made of its lines: a number of its build (.note.gnu.build-id), and
 * a name (.gnu_debuglink). */
enum { IMAGE_ID = 32, IMAGE_ID_HEX = 2 * IMAGE_ID + 1 };

struct image_debug {
	uint64_t inode;
	uint32_t id_bytes;
	uint8_t id[IMAGE_ID];
	char link[64]; /* without a folder; empty: it names none */
};

/* The number as files are named by it: two digits a byte. */
static inline void image_id_hex(const uint8_t *id, uint32_t bytes, char ret[IMAGE_ID_HEX])
{
	*ret = '\0';
	for (uint32_t i = 0; i < MIN(bytes, (uint32_t)IMAGE_ID); i++)
		snprintf(ret + 2 * (size_t)i, 3, "%02x", id[i]);
}

enum { IMAGE_DEBUGS = 16 };

struct image_debugs {
	uint32_t count;
	struct image_debug files[IMAGE_DEBUGS];
};

struct image {
	uint32_t pid;
	int memory;           /* /proc/PID/mem, read-only; -1 */
	uint64_t start_stack; /* where its first stack begins: each program's that is started elsewhere; 0: not known */
	const char *exe;      /* its own path of the program, NULL: not known */
	const char *cwd;
	bool makes_code; /* has code that is no file's: a compiler runs in it */
	ARRAY(struct image_file) files;
};

static inline const struct image_file *image_find(const struct image *image, uint64_t address)
{
	array_each (&image->files, f)
		if (address >= f->start && address < f->end)
			return f;
	return NULL;
}
