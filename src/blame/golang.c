#include "golang.h"
#include "golang_build.h"
#include "golang_table.h"
#include <errno.h>

enum {
	TABLE_BYTES_MOST = 1 << 30,
	FUNCTIONS_MOST = 1 << 24,
	DATA_BYTES_MOST = 64 << 20,
	PIECE = 4096,
};

int golang_find(int fd, uint64_t start, struct golang_places *ret)
{
	/* The last two: of a program whose addresses the loader has to change. */
	static const char *const tables[] = { ".gopclntab", ".data.rel.ro.gopclntab" };
	static const char *const data[] = { ".go.module", ".noptrdata", ".data" };
	struct golang_places p = { .table = { 0 } };

	for (size_t i = 0; i < ARRAY_SIZE(tables) && !p.table.bytes; i++)
		elf_section_find(fd, tables[i], &p.table);
	if (!p.table.bytes)
		return -ENOENT;
	p.table.offset += start;
	if (!elf_section_find(fd, ".go.buildinfo", &p.build))
		p.build.offset += start;
	for (size_t i = 0; i < ARRAY_SIZE(data); i++)
		if (!elf_section_find(fd, data[i], &p.data[i]))
			p.data[i].offset += start;
	*ret = p;
	return 0;
}

static bool layout_of(uint32_t magic, enum golang_layout *ret)
{
	static const uint32_t magics[] = {
		[GOLANG_116] = 0xfffffffa, [GOLANG_118] = 0xfffffff0, [GOLANG_120] = 0xfffffff1
	};

	for (size_t i = 0; i < ARRAY_SIZE(magics); i++) {
		if (magics[i] != magic)
			continue;
		*ret = (enum golang_layout)i;
		return true;
	}
	return false;
}

/* Where the tables begin is said relative to the first byte. */
static bool set_table(const struct elf_place *table, uint64_t offset, uint64_t *ret)
{
	*ret = table->offset + offset;
	return offset < table->bytes;
}

static int read_head(struct golang *g, const struct elf_place *table)
{
	struct {
		uint32_t magic;
		uint8_t zero[2], quantum, pointer_bytes;
		uint64_t words[8];
	} h;

	if (table->bytes < sizeof(h) || table->bytes > TABLE_BYTES_MOST ||
	    memory_read(g->memory, table->offset, &h, sizeof(h)))
		return -EFAULT;
	if (!layout_of(h.magic, &g->layout) || h.pointer_bytes != 8 || !h.quantum || h.quantum > 4)
		return -ENOTSUP;
	const uint64_t *w = h.words + (g->layout == GOLANG_116 ? 2 : 3);
	g->quantum = h.quantum;
	g->functions = h.words[0];
	bool fits = set_table(table, w[0], &g->names) && set_table(table, w[1], &g->units) &&
	            set_table(table, w[2], &g->files) && set_table(table, w[3], &g->steps) &&
	            set_table(table, w[4], &g->entries);
	return fits && g->functions && g->functions < FUNCTIONS_MOST ? 0 : -EFAULT;
}

/* The runtime's own record of this program (struct moduledata): it begins with the address of the tables, and of these
 * has six slices of three words. */
enum {
	MODULE_FIRST = 20,
	MODULE_END = 21,
	MODULE_TEXT = 22,
	MODULE_DATA_118 = 38,
	MODULE_DATA_120 = 40, /* since 1.26 the end of the tables follows */
	MODULE_DATA_127 = 43,
	MODULE_WORDS = 45
};

static bool module_fits(const struct golang *g, const uint64_t *words)
{
	return words[1] == g->names && words[MODULE_FIRST] && words[MODULE_FIRST] < words[MODULE_END] &&
	       words[MODULE_TEXT] && words[MODULE_TEXT] <= words[MODULE_FIRST];
}

static bool module_search(const struct golang *g, uint64_t table, const struct elf_place *in, uint64_t *words)
{
	uint64_t piece[PIECE / 8], end = in->offset + MIN(in->bytes, (uint64_t)DATA_BYTES_MOST);

	for (uint64_t at = (in->offset + 7) & ~(uint64_t)7; at + 8 <= end; at += PIECE - at % PIECE) {
		size_t count = MIN(PIECE - at % PIECE, end - at) / 8;
		if (memory_read(g->memory, at, piece, count * 8))
			continue;
		for (size_t i = 0; i < count; i++)
			if (piece[i] == table &&
			    !memory_read(g->memory, at + i * 8, words, MODULE_WORDS * sizeof(*words)) &&
			    module_fits(g, words))
				return true;
	}
	return false;
}

/* Where the lists of inlined calls begin. What cannot be told for sure is refused: without them the line of an inlined
 * function would be given to its caller. */
static bool set_data(struct golang *g, const struct elf_place *table, const uint64_t *words)
{
	uint64_t end = table->offset + table->bytes;
	unsigned minor = 0;

	if (g->layout == GOLANG_116) /* there they have addresses of their own */
		return true;
	if (g->layout == GOLANG_118)
		g->data = words[MODULE_DATA_118];
	else if (words[MODULE_DATA_127 + 1] == end)
		g->data = words[MODULE_DATA_127];
	else if (words[MODULE_DATA_120 + 1] == end)
		g->data = words[MODULE_DATA_120];
	else if (sscanf(g->build.version, "1.%u", &minor) == 1 && minor >= 20 && minor <= 25)
		g->data = words[MODULE_DATA_120];
	return g->data != 0;
}

static bool find_module(struct golang *g, const struct golang_places *places)
{
	uint64_t words[MODULE_WORDS];
	size_t i = 0;

	while (i < ARRAY_SIZE(places->data) && !module_search(g, places->table.offset, &places->data[i], words))
		i++;
	if (i == ARRAY_SIZE(places->data))
		return false;
	g->first = words[MODULE_FIRST];
	g->end = words[MODULE_END];
	g->text = g->layout == GOLANG_116 ? 0 : words[MODULE_TEXT];
	return set_data(g, &places->table, words);
}

int golang_open(const struct memory *m, const struct golang_places *places, struct golang *ret)
{
	struct golang g = { .memory = m };
	int err = read_head(&g, &places->table);

	if (err)
		return err;
	golang_build_read(m, &places->build, &g.build);
	if (!find_module(&g, places)) {
		golang_close(&g);
		return -ENOTSUP;
	}
	*ret = g;
	return 0;
}

void golang_close(struct golang *g)
{
	found_free(&g->found);
	free(g->build.modules);
	g->build.modules = NULL;
}
