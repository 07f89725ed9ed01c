#include "build.h"
#include <gelf.h>

static bool has_id(Elf_Data *notes, const uint8_t *id, size_t bytes)
{
	size_t at = 0, next, name, value;
	GElf_Nhdr note;

	while ((next = gelf_getnote(notes, at, &note, &name, &value)) > 0) {
		const char *from = notes->d_buf;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof(ELF_NOTE_GNU) &&
		    !memcmp(from + name, ELF_NOTE_GNU, sizeof(ELF_NOTE_GNU)) && note.n_descsz == bytes)
			return !memcmp(from + value, id, bytes);
		at = next;
	}
	return false;
}

bool build_is(int fd, const uint8_t *id, size_t bytes)
{
	GElf_Shdr head;
	bool found = false;

	elf_version(EV_CURRENT);
	Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!elf || elf_kind(elf) != ELF_K_ELF) {
		elf_end(elf);
		return false;
	}
	for (Elf_Scn *s = elf_nextscn(elf, NULL); s && !found; s = elf_nextscn(elf, s)) {
		Elf_Data *notes = gelf_getshdr(s, &head) && head.sh_type == SHT_NOTE ? elf_getdata(s, NULL) : NULL;
		found = notes && has_id(notes, id, bytes);
	}
	elf_end(elf);
	return found;
}
