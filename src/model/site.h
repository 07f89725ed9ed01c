/* A place in a program: where sockets that stayed unfinished were opened, and the commit that brought that line. Frames
 * and stacks are of fixed size: they are what a decoder without privileges hands back, and nothing in them points. */
#pragma once
#include "base/arena.h"
#include "base/array.h"
#include "process.h"

enum { STACK_REVISION = 41, STACK_FRAMES = 64, STACK_FUNCTION = 128, STACK_FILE = 256, STACK_LIBRARY = 48 };

/* How sure the place is. */
enum site_how {
	SITE_NONE,        /* not known: `why` says what would be needed */
	SITE_EXACT,       /* function and line, of the moment itself */
	SITE_DEFINITION,  /* the function, and the line where it is defined */
	SITE_BRIDGED,     /* of who asked for the connection, which another thread then opened */
	SITE_LATE,        /* the function, seen some time after */
	SITE_INFERRED,    /* where others to the same destination were opened by the same process */
	SITE_NATIVE_ONLY, /* module and function, no line */
};

struct frame {
	char function[STACK_FUNCTION];
	char file[STACK_FILE];       /* as the program names it; empty: not known */
	char library[STACK_LIBRARY]; /* whose code it is, if not the program's own: http.client, libcurl.so.4 */
	uint32_t line;               /* 0: not known */
	uint32_t own;                /* it is the program's own */
};

struct stack {
	uint32_t how; /* enum site_how */
	uint32_t own; /* index of the first frame of the program's own; == count: there is none */
	uint32_t count;
	uint32_t cut; /* there were more */
	char runtime[24];
	char why[160];                     /* what is missing, where something is */
	char revision[STACK_REVISION];     /* the commit that the program says it was built from; or empty */
	bool modified;                     /* and with changes that no commit has */
	struct frame frames[STACK_FRAMES]; /* the innermost first */
};

/* Where a thread is that does not get on, or several of one process at the same place. */
struct standing {
	uint32_t process; /* index into the moment's processes */
	uint32_t tid;     /* of one of them */
	uint32_t threads; /* that are there */
	uint32_t met,
	        times; /* of a thread that runs: it was met there so often, of so many times; of one that waits 0 */
	char thread[16];
	struct stack *stack; /* never NULL */
};

typedef ARRAY(struct standing) standing_list;

struct site_commit {
	const char *id, *author, *subject; /* id NULL: not known */
	const char *change; /* what it changed in that file, as a patch; NULL: not asked for, or not known */
	bool change_cut;    /* there was more of it */
	uint64_t unix_s;
	int32_t offset_min; /* of the author's clock */
	uint32_t behind;    /* so many commits of the file's history are newer */
	bool uncommitted;   /* the line is in no commit */
	const char *why;    /* it is not known, or not for sure; or NULL */
};

/* Commits of the file that lie between two starts of its program, by their times: what the restart may have brought. */
struct site_changes {
	uint64_t from_ms, to_ms; /* unix times of the starts; to 0: not known, then `why`, or not asked for */
	uint32_t count, shown;   /* of all; the newest of them, which are here */
	const struct site_commit *commits;
	const char *why; /* it is not known; else NULL */
};

struct site {
	uint32_t process;                     /* that opened; index into the moment's processes */
	uint64_t count;                       /* of sockets */
	uint64_t oldest_ms;                   /* since the peer has finished; 0: not known */
	uint64_t first_boot_ns, last_boot_ns; /* when the first and the last of them was opened */
	bool accepted;                        /* by accept(), else by connect() */
	uint64_t inferred;                    /* of them, those that were opened before, to the same destination */
	uint64_t unread;    /* of them, those whose end (EOF) the program has not read: nobody reads there */
	uint8_t outlived;   /* enum outlived, where a command was guarded; then `oldest_ms` is how long it was kept */
	uint32_t holder;    /* who holds or has closed it; else if that is not `process`, or PROCESS_NONE */
	uint32_t processes; /* so many opened at this place: `process` and others of its name */
	uint32_t newest_process;
	struct stack *stack;
	struct stack *told; /* where the program was told of the end (EOF) of one of them; NULL: not seen */
	/* Of what was accepted: where the listener was set up that it came in by, or why that is not known. NULL: no
	 * accept() was seen. */
	struct stack *listened;
	uint16_t listened_port;             /* 0: several */
	struct site_commit listened_commit; /* of that line */
	struct site_commit commit;
	struct site_changes changes; /* of the file of that line; `unfin guard` does not ask */
};

typedef ARRAY(struct site) site_list;

/* Where one socket was opened: indexes into the moment's sockets and sites. */
struct opening {
	uint32_t socket, site;
};

const char *site_how_name(enum site_how how); /* "exact", … */

/* The frame that is the place; NULL: it is not known. */
const struct frame *stack_place(const struct stack *s);
/* The same function, file and line, known as surely; or unknown for the same reason. */
bool stack_same_place(const struct stack *a, const struct stack *b);

/* A stack out of bytes that a decoder wrote, which are as little to be trusted as what it read: its texts end, its
 * numbers fit. Returns how many bytes it took, 0: it is not whole. */
size_t stack_take(const char *bytes, size_t length, struct stack *ret);
/* With as many frames as it has. */
struct stack *stack_copy(struct arena *arena, const struct stack *s);
/* One that tells nothing but why. */
struct stack *stack_none(struct arena *arena, const char *why);
/* What stack_take() will be given: so many of its bytes. */
size_t stack_bytes(const struct stack *s);
