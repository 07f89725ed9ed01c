/* The pages of docs/, embedded by the build (pages.sh makes the table). */
#pragma once
#include "model/message/topic.h"

extern const struct topics pages_all;
