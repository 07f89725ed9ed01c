/* Keys of any kind on the screen of unfin top, at any size, over a picture that is half made of the input: no cell may
 * hold what a terminal would obey. */
#include "fuzz.h"
#include "base/utf8.h"
#include "top/screen.h"

static struct picture *make_picture(struct fuzz_input *in)
{
	struct picture *p = picture_new();
	size_t findings = fuzz_number(in, 1) % 8, programs = fuzz_number(in, 1) % 40;

	p->seen = 1;
	p->kept = fuzz_number(in, 1) % 5;
	p->verdict = fuzz_number(in, 1) % 6;
	for (size_t i = 0; i < findings; i++) {
		cleanup(cleanup_free) char *text = fuzz_text(in, fuzz_number(in, 1));
		struct picture_finding *f = array_push(&p->findings);
		f->key = arena_printf(p->arena, "never-closed:%zu", i);
		f->id = i % 2 ? "never-closed" : NULL;
		f->head = f->rest = arena_strdup(p->arena, text);
		f->effect = i % 3 == 1;
		*array_push(&f->lines) = (struct picture_line){ i % 2 ? "what" : "", f->rest, f->head };
	}
	for (size_t i = 0; i < programs; i++) {
		cleanup(cleanup_free) char *text = fuzz_text(in, fuzz_number(in, 1) % 64);
		struct picture_program *program = array_push(&p->programs);
		program->name = arena_strdup(p->arena, text);
		program->identity = arena_printf(p->arena, "%zu", i);
		program->unfinished = i;
		program->left_known = i % 2;
	}
	return p;
}

static void look_at(const struct canvas *c)
{
	for (unsigned i = 0; i < c->rows * c->columns; i++) {
		const struct canvas_cell *cell = &c->cells[i];
		bool half = !cell->columns;
		if (half ? *cell->bytes || !i || c->cells[i - 1].columns != 2 : !utf8_printable(cell->bytes))
			abort();
		if (cell->columns == 2 && (i % c->columns == c->columns - 1 || c->cells[i + 1].columns))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct fuzz_input in = { bytes, length };
	struct canvas c = { 0 };
	struct screen s;

	screen_begin(&s, 1 + fuzz_number(&in, 1) % 70, 1 + fuzz_number(&in, 1));
	screen_take(&s, make_picture(&in));
	while (in.length) {
		uint64_t kind = fuzz_number(&in, 1);
		struct key k = { .kind = KEY_KIND_CHARACTER, .code = (uint32_t)kind };
		if (kind > 127)
			k = (struct key){ kind % (KEY_KIND_RESIZE + 1), .code = (uint32_t)fuzz_number(&in, 2) };
		k.row = k.kind == KEY_KIND_CHARACTER ? 0 : (unsigned)fuzz_number(&in, 1);
		k.column = k.kind == KEY_KIND_CHARACTER ? 0 : (unsigned)fuzz_number(&in, 1);
		screen_key(&s, &k);
		screen_tick(&s);
		screen_draw(&s, &c, 1);
		look_at(&c);
	}
	canvas_free(&c);
	screen_free(&s);
	return 0;
}
