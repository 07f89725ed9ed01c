#include "lines.h"
#include "base/array.h"
#include "found.h"
#include "names.h"
#include <dwarf.h>
#include <elfutils/libdw.h>

enum { INLINED_MOST = FOUND_INLINED, DEPTH_MOST = 64, RANGES_MOST = 1 << 22 };

struct range {
	uint64_t low, high;
	Dwarf_Die unit;
};

struct symbol {
	uint64_t start, end;
	const char *name;
};

struct lines {
	Dwfl_Module *module;
	uint64_t bias;
	ARRAY(struct range) ranges;
	ARRAY(struct symbol) symbols;
	struct found found;
};

static int compare_ranges(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return CMP(x->low, y->low);
}

static int compare_symbols(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	return CMP(x->start, y->start);
}

static void add_ranges(struct lines *l, Dwarf_Die *unit)
{
	Dwarf_Addr base, low, high;
	ptrdiff_t at = 0;

	while (l->ranges.count < RANGES_MOST && (at = dwarf_ranges(unit, at, &base, &low, &high)) > 0)
		if (low < high)
			*array_push(&l->ranges) = (struct range){ low, high, *unit };
}

static void index_units(struct lines *l)
{
	Dwarf_Die *unit = NULL;
	Dwarf_Addr bias = 0;

	while ((unit = dwfl_module_nextcu(l->module, unit, &bias))) {
		l->bias = bias;
		add_ranges(l, unit);
	}
	array_sort(&l->ranges, compare_ranges);
}

static void index_symbols(struct lines *l)
{
	int count = dwfl_module_getsymtab(l->module);

	for (int i = 0; i < count; i++) {
		GElf_Sym s;
		GElf_Addr address;
		const char *name = dwfl_module_getsym_info(l->module, i, &s, &address, NULL, NULL, NULL);
		unsigned type = GELF_ST_TYPE(s.st_info);
		if (name && *name && s.st_shndx != SHN_UNDEF && (type == STT_FUNC || type == STT_GNU_IFUNC))
			*array_push(&l->symbols) = (struct symbol){ address, address + s.st_size, name };
	}
	array_sort(&l->symbols, compare_symbols);
}

struct lines *lines_new(Dwfl_Module *module, bool with_dwarf)
{
	struct lines *l = memory_zeroed(sizeof(*l));

	l->module = module;
	index_symbols(l);
	if (with_dwarf)
		index_units(l);
	return l;
}

void lines_free(struct lines *l)
{
	if (!l)
		return;
	array_free(&l->ranges);
	array_free(&l->symbols);
	found_free(&l->found);
	free(l);
}

/* How many of these begin at or before it. They are in the order of the address that each has as its first member. */
static size_t count_begun(const void *items, size_t count, size_t size, uint64_t address)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (*(const uint64_t *)((const char *)items + middle * size) <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The last one, if it reaches over it; a symbol without a size reaches to the next one. */
static const struct symbol *find_symbol(const struct lines *l, uint64_t address)
{
	size_t begun = count_begun(l->symbols.items, l->symbols.count, sizeof(struct symbol), address);
	const struct symbol *s = begun ? &l->symbols.items[begun - 1] : NULL;

	return s && (address < s->end || s->start == s->end) ? s : NULL;
}

static struct range *find_range(struct lines *l, uint64_t address)
{
	size_t begun = count_begun(l->ranges.items, l->ranges.count, sizeof(struct range), address);

	return begun && address < l->ranges.items[begun - 1].high ? &l->ranges.items[begun - 1] : NULL;
}

struct chain {
	Dwarf_Die items[INLINED_MOST]; /* the function itself, then what is inlined in it, then in that */
	size_t count;
};

static bool is_scope(int tag)
{
	return tag == DW_TAG_namespace || tag == DW_TAG_structure_type || tag == DW_TAG_class_type ||
	       tag == DW_TAG_enumeration_type || tag == DW_TAG_union_type;
}

static bool is_code(int tag)
{
	return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block;
}

/* Functions stand in namespaces and types, which have no addresses (Rust); so all of these are gone into. */
static void descend(Dwarf_Die *in, uint64_t address, struct chain *c, unsigned depth)
{
	size_t before = c->count;
	Dwarf_Die child;

	if (depth == DEPTH_MOST || c->count == INLINED_MOST || dwarf_child(in, &child))
		return;
	do {
		int tag = dwarf_tag(&child);
		if (is_code(tag) && dwarf_haspc(&child, address) > 0) {
			if (tag != DW_TAG_lexical_block)
				c->items[c->count++] = child;
			descend(&child, address, c, depth + 1);
			return;
		}
		if (is_scope(tag))
			descend(&child, address, c, depth + 1);
	} while (c->count == before && !dwarf_siblingof(&child, &child));
}

static void set_file(struct frame *f, Dwarf_Die *unit, const char *file)
{
	Dwarf_Attribute attribute;
	const char *folder = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));

	if (!file)
		return;
	if (*file == '/' || !folder)
		snprintf(f->file, sizeof(f->file), "%s", file);
	else
		snprintf(f->file, sizeof(f->file), "%s/%s", folder, file);
}

/* `symbol`: what stands at its address, or NULL. What is static has no linkage name; its symbol may have it. */
static void set_function(struct frame *f, Dwarf_Die *die, const struct symbol *symbol)
{
	Dwarf_Attribute attribute;
	const char *name = dwarf_formstring(dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute));

	if (!name && symbol && name_is_mangled(symbol->name))
		name = symbol->name;
	name_demangle(name ?: dwarf_diename(die) ?: "", f->function, sizeof(f->function));
}

static uint32_t number_of(Dwarf_Die *die, unsigned name)
{
	Dwarf_Attribute attribute;
	Dwarf_Word value = 0;

	if (dwarf_formudata(dwarf_attr_integrate(die, name, &attribute), &value) || value > INT32_MAX)
		return 0;
	return (uint32_t)value;
}

/* Where the caller calls what is inlined in it. */
static void set_call(struct frame *f, Dwarf_Die *unit, Dwarf_Die *inlined)
{
	Dwarf_Files *files = NULL;
	size_t count = 0, file = number_of(inlined, DW_AT_call_file);

	f->line = number_of(inlined, DW_AT_call_line);
	if (!dwarf_getsrcfiles(unit, &files, &count) && file < count)
		set_file(f, unit, dwarf_filesrc(files, file, NULL, NULL));
}

static size_t find_in_unit(Dwarf_Die *unit, uint64_t address, const struct symbol *symbol, struct frame *ret,
                           size_t most)
{
	struct chain chain = { .count = 0 };
	Dwarf_Line *line = dwarf_getsrc_die(unit, address);
	size_t count = 0;
	int number = 0;

	descend(unit, address, &chain, 0);
	for (size_t i = chain.count; i-- > 0 && count < most; count++) {
		ret[count] = (struct frame){ 0 };
		set_function(&ret[count], &chain.items[i], i ? NULL : symbol);
		if (count) {
			set_call(&ret[count], unit, &chain.items[i + 1]);
		} else if (line) {
			set_file(&ret[0], unit, dwarf_linesrc(line, NULL, NULL));
			ret[0].line = dwarf_lineno(line, &number) || number < 0 ? 0 : (uint32_t)number;
		}
	}
	return count;
}

static size_t look_up(struct lines *l, uint64_t address, struct frame *ret, size_t most)
{
	struct range *r = find_range(l, address - l->bias);
	const struct symbol *s = find_symbol(l, address);
	size_t count = r ? find_in_unit(&r->unit, address - l->bias, s, ret, most) : 0;

	if (count || !s)
		return count;
	ret[0] = (struct frame){ 0 };
	name_demangle(s->name, ret[0].function, sizeof(ret[0].function));
	return 1;
}

size_t lines_find(struct lines *l, uint64_t address, struct frame *ret, size_t most)
{
	struct frame frames[INLINED_MOST];
	size_t count;

	if (found_take(&l->found, address, ret, most, &count))
		return count;
	count = look_up(l, address, frames, INLINED_MOST);
	found_keep(&l->found, address, frames, count);
	count = MIN(count, most);
	if (count)
		memcpy(ret, frames, count * sizeof(*ret));
	return count;
}
