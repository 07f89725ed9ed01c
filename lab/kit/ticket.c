#include "lab/kit/ticket.h"

enum { ARGUMENTS = 16 };

const struct lab_role *lab_role_find(const struct lab_fault *fault, const char *name)
{
	for (size_t i = 0; i < LAB_ROLES && fault->roles[i].name; i++)
		if (streq(fault->roles[i].name, name))
			return &fault->roles[i];
	return NULL;
}

void lab_role_exec(const struct lab_fault *fault, const struct lab_role *role, const struct lab_ticket *t)
{
	char *argv[ARGUMENTS] = { (char *)role->name }, words[256], ticket[192];
	size_t argc = 1;

	snprintf(words, sizeof(words), "%s", role->arguments ? role->arguments : "");
	for (char *save = NULL, *w = strtok_r(words, " ", &save); w && argc < ARGUMENTS - 1;
	     w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	snprintf(ticket, sizeof(ticket), LAB_TICKET_PRINT, fault->name, role->name, t->index, t->row, t->seed, t->count,
	         t->parent);
	setenv(LAB_TICKET, ticket, 1);
	execv("/proc/self/exe", argv);
}
