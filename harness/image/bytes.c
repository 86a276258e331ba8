// SPDX-License-Identifier: GPL-2.0-or-later
/* bytes: owns how a file comes into memory, packed or not. */
#include "image/bytes.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <lz4.h>
#include <lzma.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

#define LZ4_BLOCK_MAX (8u * 1024 * 1024)
#define ROOM_MIN      (256u * 1024)

int bytes_map(const char *path, struct bytes *ret, struct err *err)
{
	_cleanup_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *data;

	*ret = (struct bytes){0};
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(err, "open %s", path);
	if (!st.st_size)
		return 0;
	data = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		return err_sys(err, "map %s", path);
	*ret = (struct bytes){data, st.st_size, st.st_size};
	return 0;
}

void bytes_free(struct bytes *bytes)
{
	if (bytes->mapped)
		munmap(bytes->data, bytes->mapped);
	else
		free(bytes->data);
	*bytes = (struct bytes){0};
}

int bytes_to_memory(const void *data, size_t len, struct err *err)
{
	_cleanup_fd_ int fd = memfd_create("afterclose", MFD_CLOEXEC);
	int ret;

	if (fd < 0)
		return err_sys(err, "make memory for a guest's files");
	for (size_t at = 0; at < len;) {
		ssize_t wrote = write(fd, (const char *)data + at, len - at);

		if (wrote < 0)
			return err_sys(err, "write a guest's files into memory");
		at += wrote;
	}
	ret = fd;
	fd = -1;
	return ret;
}

/* What an unpacker has still to read and where it goes on writing. */
struct unpacking {
	const unsigned char *in;
	size_t in_len;
	struct bytes *out;
	size_t room; /* allocated behind out->len */
};

static int unpacking_make_room(struct unpacking *unpacking, size_t least)
{
	struct bytes *out = unpacking->out;
	size_t size = 2 * out->len + least;

	if (unpacking->room >= least)
		return 0;
	if (size > UNPACKED_MAX + least)
		return -EFBIG;
	out->data = mem_resize(out->data, size, 1);
	unpacking->room = size - out->len;
	return 0;
}

static void unpacking_wrote(struct unpacking *unpacking, size_t len)
{
	unpacking->out->len += len;
	unpacking->room -= len;
}

/* Unpack into what room there is, and say how much that was. Returns 0: there may be more to come,
 * 1: that was all, or -EBADMSG. */
typedef int unpack_step(void *stream, unsigned char *to, size_t room, size_t *ret_wrote);

static int unpack_stream(struct unpacking *unpacking, unpack_step *step, void *stream)
{
	int ret;

	do {
		size_t wrote = 0;

		ret = unpacking_make_room(unpacking, ROOM_MIN);
		if (ret)
			break;
		ret = step(stream, unpacking->out->data + unpacking->out->len, unpacking->room,
			   &wrote);
		unpacking_wrote(unpacking, wrote);
	} while (!ret);
	return ret < 0 ? ret : 0;
}

static int gzip_step(void *ctx, unsigned char *to, size_t room, size_t *ret_wrote)
{
	z_stream *stream = ctx;
	int step;

	stream->next_out = to;
	stream->avail_out = room;
	step = inflate(stream, Z_NO_FLUSH);
	*ret_wrote = room - stream->avail_out;
	return step == Z_OK ? 0 : step == Z_STREAM_END ? 1 : -EBADMSG;
}

static int unpack_gzip(struct unpacking *unpacking)
{
	z_stream stream = {.next_in = (Bytef *)unpacking->in, .avail_in = unpacking->in_len};
	int ret;

	if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK)
		return -ENOMEM;
	ret = unpack_stream(unpacking, gzip_step, &stream);
	inflateEnd(&stream);
	return ret;
}

static int lzma_step(void *ctx, unsigned char *to, size_t room, size_t *ret_wrote)
{
	lzma_stream *stream = ctx;
	lzma_ret step;

	stream->next_out = to;
	stream->avail_out = room;
	step = lzma_code(stream, LZMA_RUN);
	*ret_wrote = room - stream->avail_out;
	return step == LZMA_OK ? 0 : step == LZMA_STREAM_END ? 1 : -EBADMSG;
}

static int unpack_lzma(struct unpacking *unpacking)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	int ret = -EBADMSG;

	if (lzma_auto_decoder(&stream, UINT64_MAX, 0) == LZMA_OK) {
		stream.next_in = unpacking->in;
		stream.avail_in = unpacking->in_len;
		ret = unpack_stream(unpacking, lzma_step, &stream);
	}
	lzma_end(&stream);
	return ret;
}

struct zstd {
	ZSTD_DStream *stream;
	ZSTD_inBuffer in;
};

static int zstd_step(void *ctx, unsigned char *to, size_t room, size_t *ret_wrote)
{
	struct zstd *zstd = ctx;
	ZSTD_outBuffer out = {to, room, 0};
	size_t read_before = zstd->in.pos;
	size_t left = ZSTD_decompressStream(zstd->stream, &out, &zstd->in);

	if (ZSTD_isError(left) || (left && !out.pos && zstd->in.pos == read_before))
		return -EBADMSG;
	*ret_wrote = out.pos;
	return !left;
}

static int unpack_zstd(struct unpacking *unpacking)
{
	struct zstd zstd = {ZSTD_createDStream(), {unpacking->in, unpacking->in_len, 0}};
	int ret;

	/* The kernel packs itself with a window of up to 128 MiB. */
	ZSTD_DCtx_setParameter(zstd.stream, ZSTD_d_windowLogMax, 27);
	ret = unpack_stream(unpacking, zstd_step, &zstd);
	ZSTD_freeDStream(zstd.stream);
	return ret;
}

/* The legacy format that the kernel's build uses: a magic, then blocks of up to 8 MiB, each behind
 * its length; behind the last one the kernel's unpacked size, in 4 bytes. */
static int unpack_lz4(struct unpacking *unpacking)
{
	const unsigned char *in = unpacking->in + 4;
	size_t left = unpacking->in_len - 4;

	while (left > 4) {
		uint32_t len;
		int wrote;
		int ret = unpacking_make_room(unpacking, LZ4_BLOCK_MAX);

		if (ret)
			return ret;
		memcpy(&len, in, sizeof(len));
		if (len > left - 4)
			return -EBADMSG;
		wrote = LZ4_decompress_safe((const char *)in + 4,
					    (char *)unpacking->out->data + unpacking->out->len, len,
					    LZ4_BLOCK_MAX);
		if (wrote < 0)
			return -EBADMSG;
		unpacking_wrote(unpacking, wrote);
		in += 4 + len;
		left -= 4 + len;
	}
	return 0;
}

static const struct packing {
	const char *name;
	unsigned char magic[6];
	size_t magic_len;
	int (*unpack)(struct unpacking *unpacking);
} packings[] = {
	{"gzip", {0x1f, 0x8b}, 2, unpack_gzip},
	{"xz", {0xfd, '7', 'z', 'X', 'Z', 0}, 6, unpack_lzma},
	{"lzma", {0x5d, 0, 0}, 3, unpack_lzma},
	{"zstd", {0x28, 0xb5, 0x2f, 0xfd}, 4, unpack_zstd},
	{"lz4", {0x02, 0x21, 0x4c, 0x18}, 4, unpack_lz4},
};

static const struct packing *packing_find(const unsigned char *data, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(packings); i++) {
		const struct packing *packing = &packings[i];

		if (len >= sizeof(packing->magic) &&
		    !memcmp(data, packing->magic, packing->magic_len))
			return packing;
	}
	return NULL;
}

int bytes_unpack(const unsigned char *data, size_t len, struct bytes *ret, struct err *err)
{
	const struct packing *packing = packing_find(data, len);
	struct unpacking unpacking = {data, len, ret, 0};
	int status;

	*ret = (struct bytes){0};
	if (!packing)
		return err_set(err, EPROTONOSUPPORT,
			       "packed with none of gzip, xz, lzma, zstd, lz4");
	status = packing->unpack(&unpacking);
	if (!status && ret->len <= UNPACKED_MAX)
		return 0;
	bytes_free(ret);
	if (status == -EBADMSG)
		return err_set(err, EBADMSG, "its %s data is broken", packing->name);
	return err_set(err, EFBIG, "more than %zu MiB of unpacked data", UNPACKED_MAX >> 20);
}
