/* unfin lab: glue. The faults, and what keeps them in their namespace, are in lab/. */
#include "command.h"
#include "power/power.h"
#include "output.h"
#include "base/log.h"
#include "base/words.h"
#include "lab/kit/seed.h"
#include "lab/lab.h"

static int list_print(void)
{
	TEXT_CLEANUP out = { 0 };
	size_t width = 0;

	for (const struct lab_fault *const *f = lab_faults(); *f; f++)
		width = MAX(width, strlen((*f)->name));
	for (const struct lab_fault *const *f = lab_faults(); *f; f++)
		if (!(*f)->hidden)
			text_printf(&out, "%-*s  %s\n", (int)width, (*f)->name, (*f)->title);
	return output_text(&out);
}

static int fault_unknown(const char *name)
{
	ARRAY(const char *) known = { 0 };

	for (const struct lab_fault *const *f = lab_faults(); *f; f++)
		if (!(*f)->hidden)
			*array_push(&known) = (*f)->name;
	*array_push(&known) = NULL;
	const char *nearest = word_nearest(name, known.items);
	log_error("the lab has no fault \"%s\"", name);
	if (nearest)
		log_hint("did you mean unfin lab %s?", nearest);
	else
		log_hint("unfin lab lists them");
	array_free(&known);
	return STATUS_USAGE;
}

static int lab_command_run(const struct invocation *in)
{
	const struct options *o = &in->options;
	struct lab_run how = { .seed = o->seed.given ? o->seed.value : seed_fresh(),
		               .count = o->count.value,
		               .age_ms = o->age.value,
		               .command = in->child,
		               .stay = o->stay,
		               .ledger = o->ledger,
		               .quiet = o->quiet };
	TEXT_CLEANUP expected = { 0 };
	int status = invocation_at_most(in, 1);

	if (status != STATUS_OK)
		return status;
	if (!in->words.count)
		return list_print();
	const struct lab_fault *fault = lab_find(in->words.items[0]);
	if (!fault)
		return fault_unknown(in->words.items[0]);
	if (o->expect) {
		lab_expect_json(fault, &expected);
		return output_text(&expected);
	}
	return lab_run(fault, &how);
}

static const char *const lab_options[] = { "seed", "age", "stay", "quiet", "count", "ledger", "expect", NULL };

const struct command command_lab = {
	.name = "lab",
	.arguments = "[NAME] [-- CMD]",
	.summary = "make a fault on purpose, in a network namespace of its own",
	.examples = "unfin lab                                 # the faults, one a line\n"
	            "unfin lab incident                        # tell the story, make it, and check it\n"
	            "unfin lab incident -- unfin list          # run this inside, once the fault stands\n"
	            "unfin lab never-closed -- bash            # a shell inside, to look around\n"
	            "unfin lab never-closed --stay             # keep it, to look from another terminal\n"
	            "unfin lab incident --seed 7 -- ss -tanp   # the same rates and sizes again\n",
	.details = "Without a command it tells who takes part and runs `unfin check` inside. CMD gets "
	           "UNFIN_NETNS=self; its\n"
	           "input, output and exit status are its own, and lab speaks on stderr only. Nothing outside the "
	           "namespace is\n"
	           "touched, and nothing is left, however it ends. The numbers are chosen at random, from the seed on "
	           "stderr.\n"
	           "Exit status of lab itself: 2 for a wrong command line, 4 if this system cannot make the fault.\n",
	.options = lab_options,
	.runs_command = true,
	.power = POWER_ALL,
	.run = lab_command_run,
};
