// SPDX-License-Identifier: GPL-2.0-or-later
/* identity: what makes two segments the same one sent again, and what does not. */
#include "play/identity.h"

#include <criterion/criterion.h>

static struct conn conn = {
	.name = "old",
	.ends = {{.conn = &conn, .flow = {.has_isn = true, .isn = 1000}},
		 {.conn = &conn, .flow = {.has_isn = true, .isn = 5000}}},
};
static const struct note up = {.conn = &conn, .from = SIDE_CLIENT};
static const struct note down = {.conn = &conn, .from = SIDE_SERVER};
static struct identities identities;

static uint64_t identity(const struct note *note, struct segment seg)
{
	return identity_of(&identities, &seg, note);
}

static void forget(void)
{
	identities_free(&identities);
	conn.ends[SIDE_CLIENT].flow.isn = 1000;
	conn.ends[SIDE_SERVER].flow.isn = 5000;
}

TestSuite(identity, .init = forget, .fini = forget);

/* Another run: other initial sequence numbers, another clock, another window. */
Test(identity, is_the_same_in_another_run)
{
	struct segment data = {.seq = 1001, .ack = 5001, .flags = TCP_ACK, .payload_len = 100};
	struct segment ack = {.seq = 1101, .ack = 5201, .flags = TCP_ACK};
	struct segment rst = {.seq = 1101, .flags = TCP_RST};
	uint64_t first = identity(&up, data), second = identity(&up, ack);
	uint64_t third = identity(&up, rst);

	forget();
	conn.ends[SIDE_CLIENT].flow.isn = 77000;
	conn.ends[SIDE_SERVER].flow.isn = 99000;
	data = (struct segment){.seq = 77001,
				.ack = 99201,
				.flags = TCP_ACK | TCP_PSH,
				.payload_len = 100,
				.window = 9,
				.has_ts = true,
				.tsval = 4};
	ack.seq = 77101;
	ack.ack = 99201;
	cr_expect_eq(identity(&up, data), first, "what it acknowledges hangs on time");
	cr_expect_eq(identity(&up, ack), second);
	rst.seq = 77101;
	cr_expect_eq(identity(&up, rst), third, "its acknowledgement says nothing");
}

Test(identity, differs_by_what_a_segment_is)
{
	struct segment ack = {.seq = 1101, .ack = 5201, .flags = TCP_ACK};
	struct segment fin = {.seq = 1101, .ack = 5201, .flags = TCP_ACK | TCP_FIN};
	uint64_t first = identity(&up, ack);

	cr_expect_neq(identity(&up, ack), first, "its second transmission");
	cr_expect_neq(identity(&up, fin), first);
	cr_expect_neq(identity(&down, ack), first);
	ack.ack++;
	cr_expect_neq(identity(&up, ack), first);
	ack.ack--;
	conn.name = "new";
	cr_expect_neq(identity(&up, ack), first);
	conn.name = "old";
}

/* More than the table began with. */
Test(identity, counts_each_of_many)
{
	static uint64_t seen[3000];

	for (size_t i = 0; i < 3000; i++)
		seen[i] = identity(&up, (struct segment){.seq = 1001 + i, .payload_len = 1});
	forget();
	for (size_t i = 3000; i-- > 0;)
		cr_expect_eq(identity(&up, (struct segment){.seq = 1001 + i, .payload_len = 1}),
			     seen[i]);
	cr_expect_eq(identities.n, 3000);
}
