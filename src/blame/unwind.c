#include "unwind.h"
#include "elf.h"
#include <elfutils/libdwelf.h>
#include <errno.h>

enum { STACK_ROOM = 8 << 20, STACK_RED_ZONE = 64 << 10 };

static uint64_t stack_pointer(const struct record_capture *c)
{
#if defined(__x86_64__)
	return c->registers[CAPTURE_X86_SP];
#else
	return c->registers[CAPTURE_ARM_SP];
#endif
}

/* What libdwfl keeps with a module: our file. It owns the descriptor that it is given. */
static int find_elf(Dwfl_Module *module, void **userdata, const char *name, Dwarf_Addr base, char **file_name,
                    Elf **elf)
{
	struct image_file *f = *userdata;
	int fd = f ? f->fd : -1;

	if (f)
		f->fd = -1;
	return fd;
}

/* Only one that was made from the same build. */
static int find_debuginfo(Dwfl_Module *module, void **userdata, const char *name, Dwarf_Addr base,
                          const char *file_name, const char *link, GElf_Word link_crc, char **debug_name)
{
	struct image_file *f = *userdata;
	const unsigned char *id;
	GElf_Addr address;

	if (!f || f->debug_fd < 0)
		return -1;
	int length = dwfl_module_build_id(module, &id, &address);
	if (length <= 0 || !elf_is_build(f->debug_fd, id, (size_t)length))
		return -1;
	int fd = f->debug_fd;
	f->debug_fd = -1;
	return fd;
}

static const Dwfl_Callbacks files = { .find_elf = find_elf, .find_debuginfo = find_debuginfo };

static pid_t next_thread(Dwfl *dwfl, void *context, void **thread)
{
	struct unwinder *u = context;

	if (*thread)
		return 0;
	*thread = u;
	return (pid_t)u->now->tid;
}

static bool get_thread(Dwfl *dwfl, pid_t tid, void *context, void **thread)
{
	*thread = context;
	return true;
}

/* The stack as it was; never as it is now. What else unwinding asks for stands in read-only data. */
static bool read_word(Dwfl *dwfl, Dwarf_Addr address, Dwarf_Word *ret, void *context)
{
	const struct unwinder *u = context;
	const struct record_capture *c = u->now;
	uint64_t sp = stack_pointer(c), length = c->flags & CAPTURE_WALKED ? 0 : c->body_bytes;

	if (address >= sp && length >= sizeof(*ret) && address - sp <= length - sizeof(*ret)) {
		memcpy(ret, c->body.stack + (address - sp), sizeof(*ret));
		return true;
	}
	if (address + STACK_RED_ZONE >= sp && address < sp + STACK_ROOM)
		return false;
	return !memory_read(u->memory, address, ret, sizeof(*ret));
}

static bool set_registers(Dwfl_Thread *thread, void *context)
{
	const struct unwinder *u = context;
	const __u64 *r = u->now->registers;
#if defined(__x86_64__)
	static const uint8_t dwarf[] = { CAPTURE_X86_AX,  CAPTURE_X86_DX,  CAPTURE_X86_CX,  CAPTURE_X86_BX,
		                         CAPTURE_X86_SI,  CAPTURE_X86_DI,  CAPTURE_X86_BP,  CAPTURE_X86_SP,
		                         CAPTURE_X86_R8,  CAPTURE_X86_R9,  CAPTURE_X86_R10, CAPTURE_X86_R11,
		                         CAPTURE_X86_R12, CAPTURE_X86_R13, CAPTURE_X86_R14, CAPTURE_X86_R15,
		                         CAPTURE_X86_IP };
	Dwarf_Word words[ARRAY_SIZE(dwarf)];

	for (size_t i = 0; i < ARRAY_SIZE(dwarf); i++)
		words[i] = r[dwarf[i]];
	return dwfl_thread_state_registers(thread, 0, ARRAY_SIZE(dwarf), words);
#else
	Dwarf_Word words[CAPTURE_ARM_PC];

	memcpy(words, r, sizeof(words));
	dwfl_thread_state_register_pc(thread, r[CAPTURE_ARM_PC]);
	return dwfl_thread_state_registers(thread, 0, CAPTURE_ARM_PC, words);
#endif
}

static const Dwfl_Thread_Callbacks threads = { .next_thread = next_thread,
	                                       .get_thread = get_thread,
	                                       .memory_read = read_word,
	                                       .set_initial_registers = set_registers };

int unwinder_open(const struct image *image, const struct memory *memory, struct unwinder *u)
{
	*u = (struct unwinder){ .image = image, .memory = memory, .dwfl = dwfl_begin(&files) };
	if (!u->dwfl)
		return -EINVAL;
	dwfl_report_begin(u->dwfl);
	array_each (&image->files, f) {
		void **userdata;
		Dwfl_Module *m = f->fd < 0 ? NULL : dwfl_report_module(u->dwfl, f->path, f->start, f->end);
		if (m && dwfl_module_info(m, &userdata, NULL, NULL, NULL, NULL, NULL, NULL))
			*userdata = f;
	}
	dwfl_report_end(u->dwfl, NULL, NULL);
	return 0;
}

struct visit {
	const struct unwinder *u;
	struct addresses *to;
};

static struct registers registers_of(Dwfl_Frame *frame, Dwarf_Addr pc)
{
#if defined(__x86_64__)
	enum { FP = 6, SP = 7 }; /* as DWARF counts them */
#else
	enum { FP = 29, SP = 31 };
#endif
	Dwarf_Word sp = 0, fp = 0;

	dwfl_frame_reg(frame, SP, &sp);
	dwfl_frame_reg(frame, FP, &fp);
	return (struct registers){ pc, sp, fp };
}

static int add_address(Dwfl_Frame *frame, void *context)
{
	const struct visit *v = context;
	struct addresses *to = v->to;
	Dwarf_Addr pc;
	bool activation;

	if (to->count == UNWIND_MOST) {
		to->cut = true;
		return DWARF_CB_ABORT;
	}
	if (!dwfl_frame_pc(frame, &pc, &activation) || !pc)
		return DWARF_CB_ABORT;
	if (pc >= v->u->stop_low && pc < v->u->stop_high) {
		to->stopped = registers_of(frame, pc);
		return DWARF_CB_ABORT;
	}
	to->at[to->count++] = pc - !activation;
	return DWARF_CB_OK;
}

/* It asks whose threads these are once, and needs a capture and a file for that. */
static bool attach(struct unwinder *u, const struct record_capture *capture)
{
	if (dwfl_pid(u->dwfl) > 0)
		return true;
	return dwfl_attach_state(u->dwfl, NULL, (pid_t)capture->tgid, &threads, u);
}

void unwinder_read(struct unwinder *u, const struct record_capture *capture, struct addresses *ret)
{
	struct visit v = { u, ret };

	*ret = (struct addresses){ 0 };
	u->now = capture;
	if (attach(u, capture))
		dwfl_getthread_frames(u->dwfl, (pid_t)capture->tid, add_address, &v);
	if (capture->flags & CAPTURE_CUT)
		ret->cut = true;
	u->now = NULL;
}

void unwinder_close(struct unwinder *u)
{
	if (u->dwfl)
		dwfl_end(u->dwfl);
	u->dwfl = NULL;
}
