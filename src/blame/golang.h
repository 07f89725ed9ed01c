/* Go: from addresses to function, file and line by the tables that each program carries for its own tracebacks, whether
 * it is stripped (-s -w) or not; and from a frozen stack to the addresses of its callers, by how much each function has
 * put on it. The tables of Go 1.16 to 1.27 are known. An older or a newer one is declared, never guessed.
 *
 * Facts are the Go runtime's: src/runtime/symtab.go (pcHeader, moduledata), runtime2.go (_func), debug/buildinfo. */
#pragma once
#include "bpf/capture.h"
#include "elf.h"
#include "found.h"
#include "memory.h"
#include "unwind.h"

/* Where a program has what is read here, as addresses in its memory; bytes 0: it has none. */
struct golang_places {
	struct elf_place table, build, data[3]; /* .gopclntab, .go.buildinfo; where the runtime's own record stands */
};

/* How the tables of a version are made. */
enum golang_layout { GOLANG_116, GOLANG_118, GOLANG_120 };

enum { GOLANG_VERSION = 20, GOLANG_REVISION = 41 };

/* What the program says of how it was built. */
struct golang_build {
	char version[GOLANG_VERSION];   /* "1.19.8"; empty: it does not say */
	char revision[GOLANG_REVISION]; /* of its repository: a commit's id; or empty */
	bool modified;                  /* with changes that no commit has */
	char *modules;                  /* lines "mod\tPATH…", "dep\tPATH…", "build\tKEY=VALUE"; NULL: none */
};

struct golang {
	const struct memory *memory;
	enum golang_layout layout;
	uint32_t quantum;                             /* addresses of instructions are multiples of it */
	uint64_t functions;                           /* how many */
	uint64_t text;                                /* what their addresses are relative to */
	uint64_t first, end;                          /* of their code */
	uint64_t names, units, files, steps, entries; /* addresses of the tables */
	uint64_t data; /* what is known of a function's inlined calls is relative to it */
	struct golang_build build;
	struct found found;
};

/* In the file behind this descriptor, which begins at `start` in memory. 0, or -ENOENT: it is no Go program. */
int golang_find(int fd, uint64_t start, struct golang_places *ret);
/* 0, or -ENOTSUP: its tables are of no version that is known here. */
int golang_open(const struct memory *m, const struct golang_places *places, struct golang *ret);
void golang_close(struct golang *g);

static inline bool golang_has(const struct golang *g, uint64_t address)
{
	return address >= g->first && address < g->end;
}

/* As lines_find(), with whose code each frame is. */
size_t golang_lines(struct golang *g, uint64_t address, struct frame *ret, size_t most);
/* The callers on the copied stack, from where the thread was; false: that is no code of Go's. x86-64 only. */
bool golang_unwind(struct golang *g, const struct record_capture *capture, struct addresses *ret);

struct golang_range {
	uint64_t first, end; /* 0: there is no such function, or it is inlined everywhere */
};

/* The code of the functions of these names, 16 at most. It goes through all that the program has. */
void golang_functions(const struct golang *g, const char *const *names, size_t count, struct golang_range *ret);
