// SPDX-License-Identifier: GPL-2.0-or-later
/* list: there is an object to print whatever the capture is called, and whatever it was made on. */
#include "capture/list.h"
#include "record/record.h"

#include <criterion/criterion.h>
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
