#include "elf.h"
#include <elfutils/libdwelf.h>
#include <errno.h>
#include <gelf.h>

static void cleanup_elf(Elf **elf)
{
	elf_end(*elf);
}

static Elf *elf_open(int fd)
{
	elf_version(EV_CURRENT);
	return fd < 0 ? NULL : elf_begin(fd, ELF_C_READ_MMAP, NULL);
}

/* Page-aligned, as it is mapped. */
static int elf_base(Elf *elf, uint64_t *ret)
{
	size_t count = 0;
	GElf_Phdr segment;

	if (elf_getphdrnum(elf, &count))
		return -EBADF;
	for (size_t i = 0; i < count; i++) {
		if (!gelf_getphdr(elf, (int)i, &segment) || segment.p_type != PT_LOAD)
			continue;
		*ret = segment.p_vaddr & ~(uint64_t)4095;
		return 0;
	}
	return -EBADF;
}

static bool symbol_in(Elf *elf, Elf_Scn *section, const char *name, uint64_t *ret)
{
	GElf_Shdr head;
	GElf_Sym symbol;
	Elf_Data *data;

	if (!gelf_getshdr(section, &head) || (head.sh_type != SHT_DYNSYM && head.sh_type != SHT_SYMTAB) ||
	    !head.sh_entsize || !(data = elf_getdata(section, NULL)))
		return false;
	for (size_t i = 0; i < data->d_size / head.sh_entsize; i++) {
		if (!gelf_getsym(data, (int)i, &symbol) || symbol.st_shndx == SHN_UNDEF)
			continue;
		const char *found = elf_strptr(elf, head.sh_link, symbol.st_name);
		if (!found || !streq(found, name))
			continue;
		*ret = symbol.st_value;
		return true;
	}
	return false;
}

int elf_symbol_find(int fd, const char *name, uint64_t *ret_offset)
{
	cleanup(cleanup_elf) Elf *elf = elf_open(fd);
	uint64_t base = 0, value = 0;

	if (!elf || elf_base(elf, &base))
		return -EBADF;
	for (Elf_Scn *s = elf_nextscn(elf, NULL); s; s = elf_nextscn(elf, s)) {
		if (!symbol_in(elf, s, name, &value))
			continue;
		*ret_offset = value - base;
		return 0;
	}
	return -ENOENT;
}

int elf_section_find(int fd, const char *name, struct elf_place *ret)
{
	cleanup(cleanup_elf) Elf *elf = elf_open(fd);
	uint64_t base = 0;
	size_t names = 0;
	GElf_Shdr head;

	if (!elf || elf_base(elf, &base) || elf_getshdrstrndx(elf, &names))
		return -EBADF;
	for (Elf_Scn *s = elf_nextscn(elf, NULL); s; s = elf_nextscn(elf, s)) {
		const char *found = gelf_getshdr(s, &head) ? elf_strptr(elf, names, head.sh_name) : NULL;
		if (!found || !streq(found, name) || !(head.sh_flags & SHF_ALLOC))
			continue;
		*ret = (struct elf_place){ head.sh_addr - base, head.sh_size };
		return 0;
	}
	return -ENOENT;
}

static const char *symbol_name(Elf *elf, Elf_Scn *symbols, size_t at, GElf_Sym *ret)
{
	Elf_Data *data = symbols ? elf_getdata(symbols, NULL) : NULL;
	GElf_Shdr head;

	if (!data || !gelf_getshdr(symbols, &head) || !gelf_getsym(data, (int)at, ret))
		return NULL;
	return elf_strptr(elf, head.sh_link, ret->st_name);
}

/* The loader's order to write there which library it is. */
static bool module_slot_in(Elf *elf, Elf_Scn *section, const char *name, uint64_t *ret_slot, uint64_t *ret_offset)
{
	GElf_Shdr head;
	GElf_Rela r;
	GElf_Sym symbol;
	Elf_Data *data;

	if (!gelf_getshdr(section, &head) || head.sh_type != SHT_RELA || !head.sh_entsize ||
	    !(data = elf_getdata(section, NULL)))
		return false;
	for (size_t i = 0; i < data->d_size / head.sh_entsize; i++) {
		if (!gelf_getrela(data, (int)i, &r) || GELF_R_TYPE(r.r_info) != R_X86_64_DTPMOD64)
			continue;
		const char *found = symbol_name(elf, elf_getscn(elf, head.sh_link), GELF_R_SYM(r.r_info), &symbol);
		if (!found || !streq(found, name))
			continue;
		*ret_slot = r.r_offset;
		*ret_offset = symbol.st_value;
		return true;
	}
	return false;
}

int elf_thread_variable_find(int fd, const char *name, uint64_t *ret_slot, uint64_t *ret_offset)
{
	cleanup(cleanup_elf) Elf *elf = elf_open(fd);
	uint64_t base = 0, slot, offset;

	if (!elf || elf_base(elf, &base))
		return -EBADF;
	for (Elf_Scn *s = elf_nextscn(elf, NULL); s; s = elf_nextscn(elf, s)) {
		if (!module_slot_in(elf, s, name, &slot, &offset))
			continue;
		*ret_slot = slot - base;
		*ret_offset = offset;
		return 0;
	}
	return -ENOENT;
}

int elf_file_offset(int fd, uint64_t offset, uint64_t *ret)
{
	cleanup(cleanup_elf) Elf *elf = elf_open(fd);
	uint64_t base = 0;
	size_t count = 0;
	GElf_Phdr segment;

	if (!elf || elf_base(elf, &base) || elf_getphdrnum(elf, &count))
		return -EBADF;
	for (size_t i = 0; i < count; i++) {
		if (!gelf_getphdr(elf, (int)i, &segment) || segment.p_type != PT_LOAD ||
		    base + offset < segment.p_vaddr || base + offset - segment.p_vaddr >= segment.p_filesz)
			continue;
		*ret = base + offset - segment.p_vaddr + segment.p_offset;
		return 0;
	}
	return -ENOENT;
}

void elf_symbols_each(int fd, const char *prefix, void (*take)(void *context, const char *name, uint64_t offset),
                      void *context)
{
	cleanup(cleanup_elf) Elf *elf = elf_open(fd);
	uint64_t base = 0;
	Elf_Data *data;
	GElf_Shdr head;
	GElf_Sym symbol;

	if (!elf || elf_base(elf, &base))
		return;
	for (Elf_Scn *s = elf_nextscn(elf, NULL); s; s = elf_nextscn(elf, s)) {
		if (!gelf_getshdr(s, &head) || head.sh_type != SHT_DYNSYM || !head.sh_entsize ||
		    !(data = elf_getdata(s, NULL)))
			continue;
		/* What is there, whatever its head says. */
		for (size_t i = 0; i < data->d_size / head.sh_entsize; i++) {
			const char *name = symbol_name(elf, s, i, &symbol);
			if (name && symbol.st_shndx != SHN_UNDEF && starts_with(name, prefix))
				take(context, name, symbol.st_value - base);
		}
	}
}

static bool has_section(Elf *elf, const char *name)
{
	size_t names = 0;
	GElf_Shdr head;

	if (elf_getshdrstrndx(elf, &names))
		return false;
	for (Elf_Scn *s = elf_nextscn(elf, NULL); s; s = elf_nextscn(elf, s)) {
		const char *found = gelf_getshdr(s, &head) ? elf_strptr(elf, names, head.sh_name) : NULL;
		if (found && streq(found, name))
			return true;
	}
	return false;
}

bool elf_is_build(int fd, const void *id, size_t bytes)
{
	cleanup(cleanup_elf) Elf *elf = elf_open(fd);
	const void *own = NULL;

	return elf && bytes && dwelf_elf_gnu_build_id(elf, &own) == (ssize_t)bytes && !memcmp(own, id, bytes);
}

int elf_debug_find(int fd, struct image_debug *ret)
{
	cleanup(cleanup_elf) Elf *elf = elf_open(fd);
	struct image_debug d = { 0 };
	const void *id = NULL;
	GElf_Word crc;

	if (!elf)
		return -EBADF;
	if (has_section(elf, ".debug_info") || has_section(elf, ".zdebug_info"))
		return -ENOENT;
	ssize_t bytes = dwelf_elf_gnu_build_id(elf, &id);
	if (bytes > 0 && bytes <= (ssize_t)sizeof(d.id)) {
		memcpy(d.id, id, (size_t)bytes);
		d.id_bytes = (uint32_t)bytes;
	}
	const char *link = dwelf_elf_gnu_debuglink(elf, &crc);
	if (link && strlen(link) < sizeof(d.link))
		snprintf(d.link, sizeof(d.link), "%s", link);
	if (!d.id_bytes) /* nothing would tell that it is of the same build */
		return -ENOENT;
	*ret = d;
	return 0;
}
