// SPDX-License-Identifier: GPL-2.0-or-later
/* The tables of names: knobs, counters, states; and the nearest one to a misspelt name. */
#include "base/nearest.h"
#include "lab/counter.h"
#include "lab/diag.h"
#include "lab/feature.h"
#include "lab/knob.h"

#include <criterion/criterion.h>
#include <string.h>

Test(names, knobs_are_found)
{
	for (size_t i = 0; i < n_knobs; i++) {
		cr_expect_eq(knob_find(knobs[i].name), &knobs[i], "%s twice", knobs[i].name);
		/* a device's may be called as another's */
		cr_expect(knob_find_short(knob_short(&knobs[i])) == &knobs[i] ||
				  strstr(knobs[i].name, ".conf."),
			  "%s twice", knob_short(&knobs[i]));
		cr_expect(feature_known(knob_short(&knobs[i])));
	}
	cr_expect_null(knob_find("tcp_tw_reuse"));
	cr_expect_str_eq(knob_nearest("net.ipv4.tcp_tw_resue"), "net.ipv4.tcp_tw_reuse");
	cr_expect_str_eq(knob_nearest("tcp_timestamp"), "net.ipv4.tcp_timestamps");
}

Test(names, global_knobs_have_no_baseline)
{
	for (size_t i = 0; i < n_knobs; i++)
		cr_expect(knobs[i].scope == KNOB_NETNS || !knobs[i].baseline, "%s", knobs[i].name);
}

Test(names, counters_are_found)
{
	/* The first and the last in the order, old ones, new ones, and both groups. */
	static const char *const names[] = {
		"ActiveOpens",	"TcpTimeoutRehash",    "ArpFilter", "PAWSPassive",    "TWRecycled",
		"PAWSTimewait", "TCPTimeWaitOverflow", "OutRsts",   "Ip6InHdrErrors",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		cr_expect(counter_known(names[i]), "%s", names[i]);
	cr_expect_not(counter_known("TcpOutRsts"));
	cr_expect_str_eq(counter_nearest("PAWSestab"), "PAWSEstab");
}

Test(names, counters_of_this_kernel_are_known)
{
	struct counter_files files;
	struct counter_set set;
	struct err err;

	cr_assert_eq(counter_open(&files, &err), 0, "%s", err.msg);
	cr_assert_eq(counter_read(&files, &set, &err), 0, "%s", err.msg);
	counter_close(&files);
	cr_assert_gt(set.n, 100);
	/* A kernel newer than the table may have more; most must be there. */
	for (size_t i = 0, unknown = 0; i < set.n; i++) {
		unknown += !counter_known(set.of[i].name);
		cr_assert_leq(unknown, 10, "%s", set.of[i].name);
	}
}

Test(names, states_are_parsed)
{
	enum tcp_state state;

	for (int i = 0; i < N_STATES; i++) {
		cr_expect(state_parse(state_name(i), &state));
		cr_expect_str_eq(state_name(state), state_name(i));
	}
	cr_expect_not(state_parse("waiting", &state));
}

Test(names, nearest)
{
	static const char *const names[] = {"connect", "close", "release"};

	cr_expect_str_eq(nearest_of("conect", names, 3), "connect");
	cr_expect_str_eq(nearest_of("CLOSE", names, 3), "close");
	cr_expect_str_eq(nearest_of("", names, 3), "close");
	cr_expect_null(nearest_of("close", names, 0));
}
