/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * afterclose: appended to net/ipv4/inet_hashtables.c. Every autobind moves on the place where the
 * next one begins to look; a cell begins where the first cell of a guest does.
 */
void afterclose_reseed_ports(void);

void afterclose_reseed_ports(void)
{
	afterclose_once_bytes(table_perturb, INET_TABLE_PERTURB_SIZE * sizeof(*table_perturb),
			      "table_perturb");
}
