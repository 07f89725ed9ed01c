/* /-/ready: is what is shown of now? */
#pragma once
#include "answer.h"

struct site_plan;

void ready_answer(const struct site_plan *plan, struct web_answer *ret);
