#include "decoder.h"
#include "elf.h"
#include "golang.h"
#include "golang_bridge.h"
#include "hotspot.h"
#include "lines.h"
#include "own.h"
#include "runtime.h"
#include "unwind.h"
#include "v8_stack.h"
#include "walk.h"
#include <errno.h>

enum { CODE_32_BIT = 0x23 }; /* the code segment of 32-bit programs on x86-64 */

struct decoder {
	struct image *image;
	const struct memory *memory;
	struct runtime runtime;
	bool is_read; /* the interpreter's frames are */
	struct interpreter interpreter;
	bool has_golang; /* golang is set */
	struct golang golang;
	const struct image_file *golang_file;
	bool has_v8; /* v8 is set */
	struct v8 v8;
	bool has_hotspot; /* hotspot is set */
	struct hotspot hotspot;
	bool unwinds;
	struct unwinder unwinder;
	struct lines **lines; /* of image files, in their order; NULL: not asked for yet */
};

static void find_interpreter(struct decoder *d)
{
	struct symbol_files files = { d->image, d->runtime.file };
	struct symbols symbols = symbols_of_files(&files);
	struct interpreter_place place = { d->memory, &symbols, d->runtime.file->path };

	d->interpreter.kind = d->runtime.interpreter;
	d->is_read = !d->interpreter.kind->find(&place, &d->interpreter);
}

static void find_v8(struct decoder *d)
{
	struct symbol_files files = { d->image, d->runtime.file };
	struct symbols symbols = symbols_of_files(&files);

	d->has_v8 = !v8_find(d->memory, &symbols, &d->v8);
}

/* Its file tells, not its name. */
static void find_golang(struct decoder *d)
{
	struct golang_places places;

	array_each (&d->image->files, f) {
		if (!d->image->exe || !f->runs || !streq(f->path, d->image->exe))
			continue;
		if (golang_find(f->fd, f->start, &places))
			return;
		d->runtime.name = "go";
		d->has_golang = !golang_open(d->memory, &places, &d->golang);
		d->golang_file = f;
		return;
	}
}

static void find_hotspot(struct decoder *d)
{
	const struct image_file *f = d->runtime.file;
	struct hotspot_places places;

	d->has_hotspot = f && !hotspot_find(f->fd, f->start, &places) && !hotspot_open(d->memory, &places, &d->hotspot);
}

struct decoder *decoder_new(struct image *image, const struct memory *memory)
{
	struct decoder *d = memory_zeroed(sizeof(*d));

	d->image = image;
	d->memory = memory;
	d->runtime = runtime_of(image);
	if (d->runtime.kind == RUNTIME_INTERPRETED)
		find_interpreter(d);
	else if (d->runtime.kind == RUNTIME_NODE)
		find_v8(d);
	else if (d->runtime.kind == RUNTIME_NATIVE)
		find_golang(d);
	else if (streq(d->runtime.name, "java"))
		find_hotspot(d);
	d->lines = memory_zeroed((image->files.count + 1) * sizeof(*d->lines));
	return d;
}

void decoder_free(struct decoder *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < d->image->files.count; i++)
		lines_free(d->lines[i]);
	free(d->lines);
	if (d->unwinds)
		unwinder_close(&d->unwinder);
	if (d->has_golang)
		golang_close(&d->golang);
	v8_close(&d->v8);
	free(d);
}

int decoder_walk(struct decoder *d, struct record_walk *ret)
{
	if (!d->is_read)
		return -ENOTSUP;
	*ret = d->interpreter.walk;
	return 0;
}

int decoder_wants(struct decoder *d, struct image_debugs *ret)
{
	*ret = (struct image_debugs){ 0 };
	if (d->runtime.kind != RUNTIME_NATIVE || d->has_golang)
		return -ENOENT;
	array_each (&d->image->files, f) {
		bool is_program = d->image->exe && streq(d->image->exe, f->path);
		struct image_debug *to = &ret->files[ret->count];
		if (!f->runs || ret->count == IMAGE_DEBUGS || (!is_program && own_is_system_file(f->path)) ||
		    elf_debug_find(f->fd, to))
			continue;
		to->inode = f->inode;
		ret->count++;
	}
	return ret->count ? 0 : -ENOENT;
}

int decoder_bridge(struct decoder *d, struct record_bridge_program *ret)
{
	const struct image_file *f = d->golang_file;

	return d->has_golang ? golang_bridge(&d->golang, f->fd, f->start, ret) : -ENOENT;
}

static bool find_entry(const struct image_file *file, const char *name, __u64 *ret_offset)
{
	uint64_t address, offset;

	if (elf_symbol_find(file->fd, name, &address) || elf_file_offset(file->fd, address, &offset))
		return false;
	*ret_offset = offset;
	return true;
}

/* Debian has libuv in a library of its own; else it is where V8 is. */
int decoder_node(struct decoder *d, struct record_node_program *ret, const struct image_file **ret_file)
{
	const struct image_file *file = d->runtime.file;
	struct record_node_program program = { 0 };

	if (!d->has_v8)
		return d->runtime.kind == RUNTIME_NODE ? -ENOTSUP : -ENOENT;
	array_each (&d->image->files, f) {
		const char *slash = strrchr(f->path, '/');
		if (f->fd >= 0 && slash && starts_with(slash, "/libuv.so"))
			file = f;
	}
	if (!find_entry(file, "uv_tcp_init", &program.init) || !find_entry(file, "uv_tcp_connect", &program.connect) ||
	    !find_entry(file, "uv_listen", &program.listen))
		return -ENOTSUP;
	v8_describe(&d->v8, &program);
	*ret = program;
	*ret_file = file;
	return 0;
}

static void say_why(struct stack *s, const char *why)
{
	snprintf(s->why, sizeof(s->why), "%s", why);
}

static void name_runtime(const struct decoder *d, struct stack *s)
{
	if (d->has_v8)
		snprintf(s->runtime, sizeof(s->runtime), "%s, V8 %u.%u", d->runtime.name, d->v8.major, d->v8.minor);
	else if (*d->interpreter.version)
		snprintf(s->runtime, sizeof(s->runtime), "%s %s", d->runtime.name, d->interpreter.version);
	else if (d->has_golang && *d->golang.build.version)
		snprintf(s->runtime, sizeof(s->runtime), "go %s", d->golang.build.version);
	else if (d->has_hotspot)
		snprintf(s->runtime, sizeof(s->runtime), "java %u", d->hotspot.version);
	else
		snprintf(s->runtime, sizeof(s->runtime), "%s", d->runtime.name);
}

/* A relative path is one of the program's folder, as it is now. */
static void complete_path(const struct decoder *d, struct frame *f)
{
	char whole[STACK_FILE];

	if (!*f->file || *f->file == '/' || *f->file == '<' || !d->image->cwd)
		return;
	if (snprintf(whole, sizeof(whole), "%s/%s", d->image->cwd, f->file) < (int)sizeof(whole))
		memcpy(f->file, whole, sizeof(whole));
}

static void read_interpreted(struct decoder *d, const struct record_capture *c, struct stack *s)
{
	const struct interpreter *in = &d->interpreter;

	s->count = (uint32_t)in->kind->read(in, d->memory, c, s->frames, STACK_FRAMES);
	for (uint32_t i = 0; i < s->count; i++) {
		in->kind->judge(&s->frames[i]);
		complete_path(d, &s->frames[i]);
	}
	s->cut = (c->flags & CAPTURE_CUT) != 0;
	own_judge_interpreted(s, c->opening == CAPTURE_CONNECT);
}

static struct lines *lines_of(struct decoder *d, const struct image_file *f, Dwfl_Module *module)
{
	struct lines **at = &d->lines[f - d->image->files.items];
	bool is_program = d->image->exe && streq(d->image->exe, f->path);

	if (!*at)
		*at = lines_new(module, is_program || !own_is_system_file(f->path));
	return *at;
}

/* Not in a file: code that a compiler made at run time, or no code at all. */
static bool add_native(struct decoder *d, uint64_t address, struct stack *s)
{
	if (d->has_golang && golang_has(&d->golang, address)) {
		s->count += (uint32_t)golang_lines(&d->golang, address, &s->frames[s->count], STACK_FRAMES - s->count);
		return true;
	}
	const struct image_file *f = image_find(d->image, address);
	Dwfl_Module *module = f && d->unwinds ? dwfl_addrmodule(d->unwinder.dwfl, address) : NULL;
	struct frame *first = &s->frames[s->count];

	if (!module)
		return false;
	size_t count = lines_find(lines_of(d, f, module), address, first, STACK_FRAMES - s->count);
	if (!count && s->count < STACK_FRAMES) {
		const char *slash = strrchr(f->path, '/');
		*first = (struct frame){ 0 };
		snprintf(first->function, sizeof(first->function), "%.80s+0x%llx", slash ? slash + 1 : f->path,
		         (unsigned long long)(address - f->start + f->offset));
		count = 1;
	}
	for (size_t i = 0; i < count; i++)
		own_judge_native(&first[i], f->path, d->image->exe);
	s->count += (uint32_t)count;
	return true;
}

static bool is_opening(const struct record_capture *c)
{
	return c->kind == CAPTURE_OPENED || c->kind == CAPTURE_LISTENED;
}

/* Frozen in a system call, else wherever it ran. */
static bool is_in_call(const struct record_capture *c)
{
	return is_opening(c) || c->flags & CAPTURE_STILL;
}

static const char *why_without_calls(const struct record_capture *c)
{
	if (c->opening == CAPTURE_ACCEPT)
		return "Node accepts from its event loop, for no call of the program";
	return c->opening == CAPTURE_LISTEN
	               ? "the call that asked Node to listen was not seen: it had just been started"
	               : "Node opens it from its event loop, and the call that asked for it was not seen";
}

static void judge_native(const struct decoder *d, const struct record_capture *c, struct stack *s)
{
	own_choose(s);
	if (d->runtime.kind == RUNTIME_UNREAD && !d->has_hotspot) {
		s->own = s->count;
		say_why(s, d->runtime.why);
	} else if (d->runtime.kind == RUNTIME_NODE) {
		s->own = s->count;
		say_why(s, d->has_v8 ? why_without_calls(c)
		                     : "this version of Node is not known here, or does not tell where things are "
		                       "(v8dbg_*)");
	} else if (d->runtime.kind == RUNTIME_INTERPRETED) {
		s->own = s->count;
		say_why(s, d->is_read ? "frozen before it was known where its interpreter keeps its frames, or in a "
		                        "thread that this one does not know"
		                      : d->interpreter.why);
	} else if (s->own == s->count) {
		say_why(s, "no frame of the program's own is on this stack");
	} else if (!d->has_golang && streq(d->runtime.name, "go") && !s->frames[s->own].line) {
		s->own = s->count;
		say_why(s, "the tables of this version of Go are not known here, and it has no DWARF");
	} else if (!s->own && !s->frames[s->own].line && is_in_call(c)) {
		s->own = s->count; /* the system call is its own code: so is libc's, or Go's, and nothing tells which */
		say_why(s,
		        "a static program without a line table: nothing tells its own code from that of its libraries");
	} else {
		s->how = s->frames[s->own].line ? SITE_EXACT : SITE_NATIVE_ONLY;
		if (!s->frames[s->own].line)
			say_why(s, "the program has no line table: build it with -g, put its .debug file beside it, "
			           "or name servers that have it: DEBUGINFOD_URLS");
	}
}

/* What is not Go's, or has called into C. */
static void unwind(struct decoder *d, const struct record_capture *c, struct addresses *ret)
{
	*ret = (struct addresses){ 0 };
	if (d->has_golang && golang_unwind(&d->golang, c, ret))
		return;
	if (!d->unwinds)
		d->unwinds = !unwinder_open(d->image, d->memory, &d->unwinder);
	if (!d->unwinds)
		return;
	if (d->has_hotspot) {
		d->unwinder.stop_low = d->hotspot.low;
		d->unwinder.stop_high = d->hotspot.high;
	}
	unwinder_read(&d->unwinder, c, ret);
}

/* The native frames are those of what Java has called. */
static void add_java(struct decoder *d, const struct record_capture *c, const struct addresses *a, struct stack *s)
{
	bool cut = false;

	if (!d->has_hotspot || !a->stopped.pc)
		return;
	for (uint32_t i = 0; i < s->count; i++)
		s->frames[i].own &= s->frames[i].line != 0; /* the JVM's own libraries may lie anywhere */
	s->count += (uint32_t)hotspot_walk(&d->hotspot, c, &a->stopped, &s->frames[s->count], STACK_FRAMES - s->count,
	                                   &cut);
	s->cut |= cut;
}

static void add_all(struct decoder *d, const struct addresses *a, struct stack *s)
{
	for (size_t i = 0; i < a->count && s->count < STACK_FRAMES; i++)
		if (!add_native(d, a->at[i], s))
			break;
}

/* A goroutine of net/http or net has opened it: below come those who asked. Returns the first of their frames. */
static uint32_t add_asked(struct decoder *d, const struct record_bridge *asked, struct stack *s)
{
	struct addresses a = { .count = MIN(asked->count, (uint32_t)BRIDGE_ADDRESSES) };

	_Static_assert((int)BRIDGE_ADDRESSES <= (int)UNWIND_MOST, "they fit");
	for (uint32_t i = 0; i < a.count; i++)
		a.at[i] = asked->at[i] - 1;
	if (streq(s->frames[s->count - 1].function, "runtime.goexit"))
		s->count--;
	uint32_t first = s->count;
	add_all(d, &a, s);
	return first;
}

/* What of the program's is above them is a hook that net/http called as it dialed (DialContext): of all alike. */
static void choose_asked(struct stack *s, uint32_t first)
{
	for (uint32_t i = first; i < s->count && s->how == SITE_EXACT && s->own < first; i++)
		if (s->frames[i].own && s->frames[i].line)
			s->own = i;
}

static void read_native(struct decoder *d, const struct record_capture *c, const struct record_bridge *asked,
                        struct stack *s)
{
	struct addresses a;

	unwind(d, c, &a);
	s->cut = a.cut;
	add_all(d, &a, s);
	add_java(d, c, &a, s);
	/* What the kernel remembers of another goroutine is old. */
	bool helped = d->has_golang && golang_is_helper(s->frames, s->count);
	uint32_t first = helped && asked ? add_asked(d, asked, s) : s->count;
	judge_native(d, c, s);
	choose_asked(s, first);
	if (s->how == SITE_EXACT && s->own >= first)
		s->how = SITE_BRIDGED;
	else if (s->how == SITE_NONE && d->has_hotspot && s->cut)
		say_why(s, "no frame of the program's own is on what could be read of this stack: of a virtual thread "
		           "that "
		           "has waited before, the rest lies in the heap");
	else if (s->how == SITE_NONE && helped && !asked)
		say_why(s, "a goroutine of net/http or net opened it, and who asked for it was not seen: that takes Go "
		           "1.18 or newer on x86-64");
}

/* Of a thread that was found waiting, and not frozen as it opened something: its frames lie where they were. */
static struct record_capture *walk_standing(struct decoder *d, const struct record_capture *c)
{
	struct record_walk w;

	if (!(c->flags & CAPTURE_STILL) || c->flags & CAPTURE_WALKED || decoder_walk(d, &w))
		return NULL;
	return walk_live(&w, d->memory, c);
}

/* Also of one that has its number since. */
static bool is_of_another(const struct decoder *d, const struct record_capture *c)
{
	return c->start_stack && d->image->start_stack && c->start_stack != d->image->start_stack;
}

static const char *const another = "another program was started in this process meanwhile";

static const char *why_without(const struct decoder *d, const struct record_capture *c)
{
	if (is_of_another(d, c))
		return another;
	if (c->flags & CAPTURE_KERNEL_THREAD)
		return "opened by a worker of io_uring: no stack of the program's";
	if (c->flags & CAPTURE_SKIPPED)
		return "its process opens so many that not every stack is taken";
	if (!c->body_bytes && !(c->flags & CAPTURE_LED))
		return "its stack was not in memory";
#if defined(__x86_64__)
	if (!(c->flags & CAPTURE_WALKED) && c->registers[CAPTURE_X86_CS] == CODE_32_BIT)
		return "a 32-bit program: its stacks are not read";
#endif
	return NULL;
}

/* Of a thread that was met as it is: its own calls are on the stack. A function that runs keeps where it is in a
 * register, and in its frame where it was at its last call. */
static void read_javascript(struct decoder *d, const struct record_capture *c, struct stack *s)
{
	cleanup(cleanup_free) struct record_javascript *calls = memory_zeroed(sizeof(*calls));

	v8_stack_read(&d->v8, d->memory, c, calls);
	decoder_read_calls(d, calls, c, s);
	if (!(c->flags & CAPTURE_STILL) && !s->own && s->how == SITE_EXACT)
		s->how = SITE_LATE;
}

void decoder_read(struct decoder *d, const struct record_capture *capture, const struct record_bridge *asked,
                  struct stack *ret)
{
	cleanup(cleanup_free) struct record_capture *walked = walk_standing(d, capture);

	capture = walked ?: capture;
	const char *why = why_without(d, capture);
	memset(ret, 0, offsetof(struct stack, frames));
	name_runtime(d, ret);
	if (d->has_golang) {
		_Static_assert((int)STACK_REVISION == (int)GOLANG_REVISION, "a commit's id");
		memcpy(ret->revision, d->golang.build.revision, sizeof(ret->revision));
		ret->modified = d->golang.build.modified;
	}
	if (why)
		say_why(ret, why);
	else if (d->has_v8 && !is_opening(capture))
		read_javascript(d, capture, ret);
	else if (!(capture->flags & CAPTURE_WALKED))
		read_native(d, capture, asked, ret);
	else if (d->is_read)
		read_interpreted(d, capture, ret);
	else
		say_why(ret, another);
}

void decoder_read_calls(struct decoder *d, const struct record_javascript *calls, const struct record_capture *c,
                        struct stack *ret)
{
	struct v8_notes notes = { 0 };

	_Static_assert((int)STACK_FRAMES <= 64, "a bit for each");
	memset(ret, 0, offsetof(struct stack, frames));
	name_runtime(d, ret);
	if (d->has_v8 && !is_of_another(d, c))
		ret->count = (uint32_t)v8_read(&d->v8, d->memory, calls, ret->frames, STACK_FRAMES, &notes);
	for (uint32_t i = 0; i < ret->count; i++)
		own_judge_javascript(&ret->frames[i]);
	ret->cut = calls->cut != 0 || notes.moved;
	own_choose(ret);
	if (is_of_another(d, c))
		say_why(ret, another);
	else if (ret->own == ret->count && notes.moved)
		say_why(ret, "too late: V8 has moved what its calls are read from");
	else if (ret->own == ret->count)
		say_why(ret, c->opening == CAPTURE_LISTEN
		                     ? "where a host is named, Node looks that up and listens later: the call is gone"
		                     : "no frame of the program's own is on this stack");
	else if (!ret->frames[ret->own].line)
		ret->how = SITE_NATIVE_ONLY;
	else
		ret->how = notes.compiled >> ret->own & 1 ? SITE_DEFINITION : SITE_EXACT;
	if (ret->how == SITE_DEFINITION && notes.optimized >> ret->own & 1)
		say_why(ret, "optimized code: where a function was inlined into this one, it may have been that one");
}
