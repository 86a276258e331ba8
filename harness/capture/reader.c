// SPDX-License-Identifier: GPL-2.0-or-later
/* reader: owns the open capture file. */
#include "capture/reader.h"
#include "netem/octets.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <string.h>

/* Where a packet of LINKTYPE_LINUX_SLL2 has its interface's index, and its direction. */
#define SLL2_IFINDEX 4
#define SLL2_TYPE    10

static int reader_open_pcap(struct reader *reader, struct err *err)
{
	char words[PCAP_ERRBUF_SIZE] = "";
	const char *name;

	reader->pcap = pcap_fopen_offline(reader->file, words);
	if (!reader->pcap)
		return err_set(err, EINVAL,
			       "%s: %s; wanted is a capture of tcpdump, dumpcap or Wireshark",
			       reader->path, words);
	reader->file = NULL; /* it is libpcap's now */
	reader->link = pcap_datalink(reader->pcap);
	if (dissect_link_known(reader->link))
		return 0;
	name = pcap_datalink_val_to_name(reader->link);
	return err_set(
		err, EINVAL,
		"%s: captured on a link of type %s (%d); read are Ethernet, SLL, SLL2, raw IP "
		"and loopback",
		reader->path, name ? name : "unknown", reader->link);
}

int reader_open(const char *path, struct reader *ret, struct err *err)
{
	uint32_t magic = 0;
	int r = 0;

	*ret = (struct reader){.path = path, .file = fopen(path, "rbe")};
	if (!ret->file)
		return err_sys(err, "open %s", path);
	if (fread(&magic, sizeof(magic), 1, ret->file) != 1)
		magic = 0;
	if (fseek(ret->file, 0, SEEK_SET) < 0)
		return err_sys(err, "%s: a capture is read twice, so it must be a file", path);
	if (magic == PCAPNG_MAGIC)
		ret->pcapng = (struct pcapng){.file = ret->file, .path = path};
	else
		r = reader_open_pcap(ret, err);
	return r;
}

void reader_close(struct reader *reader)
{
	if (reader->pcap)
		pcap_close(reader->pcap);
	if (reader->file)
		fclose(reader->file);
	pcapng_free(&reader->pcapng);
	*reader = (struct reader){0};
}

static int next_pcap(struct reader *reader, struct pcapng_packet *ret, struct err *err)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int r = pcap_next_ex(reader->pcap, &header, &bytes);

	if (r == PCAP_ERROR_BREAK)
		return 0;
	if (r < 0) {
		reader->cut = reader->n_packets && strstr(pcap_geterr(reader->pcap), "truncated");
		return reader->cut
			       ? 0
			       : err_set(err, EINVAL, "%s: after packet %llu, at offset %ld: %s",
					 reader->path, (unsigned long long)reader->n_packets,
					 ftell(pcap_file(reader->pcap)), pcap_geterr(reader->pcap));
	}
	*ret = (struct pcapng_packet){
		.bytes = bytes,
		.len = header->caplen,
		.wire_len = header->len,
		.link = reader->link,
		.us = capture_us(header->ts.tv_sec, header->ts.tv_usec),
	};
	return 1;
}

static int next_pcapng(struct reader *reader, struct pcapng_packet *ret, struct err *err)
{
	int r = pcapng_next(&reader->pcapng, ret, err);

	reader->cut = reader->pcapng.cut;
	if (r > 0)
		reader->link = ret->link;
	return r;
}

static void note_packet(struct reader *reader, int64_t us)
{
	if (!reader->n_packets)
		reader->first_us = reader->last_us = reader->past_us = us;
	reader->n_back += us < reader->past_us;
	reader->past_us = us;
	reader->first_us = us < reader->first_us ? us : reader->first_us;
	reader->last_us = us > reader->last_us ? us : reader->last_us;
	reader->n_packets++;
	reader->several = reader->pcapng.n_before + reader->pcapng.n_interfaces > 1 ||
			  reader->link == DLT_LINUX_SLL || reader->link == DLT_LINUX_SLL2;
}

/* By its interface. The one of all devices ("any") shows a packet of loopback twice at one
 * interface, as it goes out and as it comes in; which interface it was is in packets of SLL2 only.
 */
static uint16_t place_of(const struct pcapng_packet *packet)
{
	if (packet->link == DLT_LINUX_SLL)
		return 0;
	if (packet->link == DLT_LINUX_SLL2 && packet->len > SLL2_TYPE)
		return 1 +
		       (get32(packet->bytes + SLL2_IFINDEX) << 3 | (packet->bytes[SLL2_TYPE] & 7));
	return 1 + packet->interface;
}

int reader_next(struct reader *reader, struct dissected *ret, int64_t *ret_us, struct err *err)
{
	struct pcapng_packet packet;
	int r;

	while ((r = reader->pcap ? next_pcap(reader, &packet, err)
				 : next_pcapng(reader, &packet, err)) > 0) {
		note_packet(reader, packet.us);
		*ret_us = packet.us;
		switch (dissect(packet.link, packet.bytes, packet.len, packet.wire_len, ret)) {
		case 0:
			reader->n_segments++;
			ret->place = place_of(&packet);
			return 1;
		case -EBADMSG:
			reader->n_malformed++;
			break;
		default:
			reader->n_other++;
			break;
		}
	}
	return r;
}
