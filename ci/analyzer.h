/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * analyzer: tells clang-tidy, which sees one file at a time, that what reports an error returns a
 * negative number, so that it does not follow paths which cannot be taken. ci/test includes it.
 */
#ifndef AFTERCLOSE_CI_ANALYZER_H
#define AFTERCLOSE_CI_ANALYZER_H

#include "base/err.h"
#include "lab/nlerr.h"
#include "scenario/scenario.h"

#define err_set(...)	  (err_set(__VA_ARGS__), -1)
#define err_sys(...)	  (err_sys(__VA_ARGS__), -1)
#define err_prefix(...)	  (err_prefix(__VA_ARGS__), -1)
#define nlerr_set(...)	  (nlerr_set(__VA_ARGS__), -1)
#define scenario_err(...) (scenario_err(__VA_ARGS__), -1)

#endif
