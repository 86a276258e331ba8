// SPDX-License-Identifier: GPL-2.0-or-later
/* list: there is an object to print whatever the capture is called and was made on, and what is
 * chosen where nobody chose has its segments. */
#include "capture/list.h"
#include "capture/plot.h"
#include "record/record.h"
#include "segments.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <pcap/pcap.h>

static void check_head(const char *path, int link, const char *capture, const char *link_name)
{
	const struct survey survey = {.path = path, .link = link};
	json_t *head = list_head(&survey);

	cr_assert(head, "none of \"%s\", %d", path, link);
	cr_expect_str_eq(record_text(head, "capture", "?"), capture);
	cr_expect_str_eq(record_text(head, "link", "?"), link_name);
	json_decref(head);
}

Test(list, any_head)
{
	check_head("x.pcap", DLT_EN10MB, "x.pcap", "Ethernet");
	check_head("x.pcapng", DLT_USB_LINUX, "x.pcapng", "a link that is not read");
	check_head("\xe4\xc3\xa9.pcap", DLT_EN10MB, "???.pcap", "Ethernet");
	check_head("\xc3\xa9.pcap", DLT_EN10MB, "\xc3\xa9.pcap", "Ethernet");
}

/* A trail whose first incarnation was refused, and which is so long that this one's segments went.
 */
static void fill(struct trail *trail)
{
	uint32_t isn = 1000;

	*trail = empty;
	trail->number = 7;
	add(trail, 0, 0, TCP_SYN, isn, 0, "");
	add(trail, 1, 1, TCP_RST | TCP_ACK, 0, isn + 1, "");
	for (int i = 1; i < 100; i++) {
		isn += 50000;
		open_at(trail, i * 100, isn, isn);
		close_at(trail, i * 100 + 10, isn + 1, isn + 1);
	}
	trail_trace(trail);
}

Test(list, chosen_has_segments)
{
	struct trail trails[2];
	const struct survey survey = {.trails = trails, .n_trails = 2};
	struct plot plot;
	struct err err;

	fill(&trails[0]);
	trails[1] = empty;
	add(&trails[1], 0, 0, TCP_SYN, 1000, 0, "");
	trail_trace(&trails[1]);
	cr_assert_gt(trails[0].of[0].incarnation, 0);
	cr_expect_eq(trail_remarkable(&trails[0]), 99);
	cr_expect_eq(survey_remarkable(&survey), &trails[1]);
	cr_expect_eq(plot_make(&trails[0], trail_remarkable(&trails[0]), NULL, &plot, &err), 0);
	plot_free(&plot);
	cr_expect_eq(plot_make(&trails[0], 0, NULL, &plot, &err), -EINVAL);
	cr_expect(strstr(err.msg, "from --connection 7."), "%s", err.msg);
	trail_free(&trails[0]);
	trail_free(&trails[1]);
}

/* A four-tuple whose rest is left out says so. */
Test(list, cut_is_told)
{
	struct trail trail = empty;
	const struct survey survey = {.trails = &trail, .n_trails = 1};

	trail.max_incarnations = 1;
	open_at(&trail, 0, 1000, 5000);
	close_at(&trail, 10, 1001, 5001);
	for (int more = 0; more < 2; more++) {
		struct text text = {0};
		json_t *connection;

		trail_trace(&trail);
		connection = list_connection(&survey, 0, NULL);
		list_connection_text(connection, &text);
		cr_expect_eq(!!strstr(text_str(&text), "what came later is left out"), more, "%s",
			     text_str(&text));
		json_decref(connection);
		text_free(&text);
		open_at(&trail, 20, 900000, 70000);
	}
	trail_free(&trail);
}

/* So does the head, of four-tuples that are not even counted. */
Test(list, left_out_is_told)
{
	const struct survey survey = {.path = "x.pcap", .link = DLT_EN10MB, .tuples.left_out = 7};
	json_t *head = list_head(&survey);
	struct text text = {0};

	list_head_text(head, &text);
	cr_expect_eq(record_number(head, "segments_left_out", 0), 7);
	cr_expect(strstr(text_str(&text), "\n  7 are of four-tuples beyond the first million"),
		  "%s", text_str(&text));
	json_decref(head);
	text_free(&text);
}
