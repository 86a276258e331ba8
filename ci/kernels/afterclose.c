// SPDX-License-Identifier: GPL-2.0-or-later
/* afterclose: owns /dev/afterclose of a User-Mode Linux kernel (see afterclose.h). */
#include <linux/atomic.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/mm_types.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <asm/unistd.h>
#include <os.h>
#include <sysdep/ptrace.h>

#include "afterclose.h"

static int fd = -1;
module_param(fd, int, 0);
static atomic_t users = ATOMIC_INIT(0);

extern bool afterclose_clock_stands;
bool afterclose_clock_stands;

void afterclose_reseed(u64 seed);
void afterclose_reseed_ports(void);
int afterclose_spares_fp(unsigned long nr);
void afterclose_save_fp(struct uml_pt_regs *regs);

/* Does a system call leave its process's extended registers alone, and nobody else run there? */
int afterclose_spares_fp(unsigned long nr)
{
	switch (nr) {
	case __NR_clone:
	case __NR_clone3:
	case __NR_execve:
	case __NR_execveat:
	case __NR_fork:
	case __NR_rt_sigreturn:
	case __NR_vfork:
		return 0;
	default:
		return atomic_read(&current->mm->mm_users) == 1;
	}
}

/* Where the loop that runs processes could not be edited, no registers stay. */
void __weak afterclose_save_fp(struct uml_pt_regs *regs)
{
}

static int afterclose_open(struct inode *inode, struct file *file)
{
	int ret;

	if (fd < 0)
		return -ENXIO;
	if (atomic_cmpxchg(&users, 0, 1))
		return -EBUSY;
	ret = os_set_fd_block(fd, 1);
	if (!ret) {
		file->private_data = (void *)__get_free_page(GFP_KERNEL);
		ret = file->private_data ? 0 : -ENOMEM;
	}
	if (ret)
		atomic_set(&users, 0);
	return ret ? ret : nonseekable_open(inode, file);
}

static int afterclose_release(struct inode *inode, struct file *file)
{
	free_page((unsigned long)file->private_data);
	atomic_set(&users, 0);
	return 0;
}

static ssize_t afterclose_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	int n;

	do {
		n = os_read_file(fd, file->private_data, min_t(size_t, len, PAGE_SIZE));
	} while (n == -EINTR);
	if (n > 0 && copy_to_user(buf, file->private_data, n))
		return -EFAULT;
	return n;
}

/* All of it, or an error. */
static ssize_t afterclose_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	size_t done = 0;

	while (done < len) {
		size_t size = min_t(size_t, len - done, PAGE_SIZE), sent = 0;

		if (copy_from_user(file->private_data, buf + done, size))
			return -EFAULT;
		while (sent < size) {
			int n = os_write_file(fd, file->private_data + sent, size - sent);

			if (n < 0 && n != -EINTR)
				return n;
			sent += n > 0 ? n : 0;
		}
		done += size;
	}
	return done;
}

static long afterclose_ioctl(struct file *file, unsigned int what, unsigned long arg)
{
	__u64 seed;

	if (what != AFTERCLOSE_RESEED)
		return -ENOTTY;
	if (copy_from_user(&seed, (const void __user *)arg, sizeof(seed)))
		return -EFAULT;
	afterclose_clock_stands = true;
	afterclose_reseed(seed);
	afterclose_reseed_ports();
	return 0;
}

static const struct file_operations afterclose_operations = {
	.owner = THIS_MODULE,
	.open = afterclose_open,
	.release = afterclose_release,
	.read = afterclose_read,
	.write = afterclose_write,
	.unlocked_ioctl = afterclose_ioctl,
};

static struct miscdevice afterclose_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = AFTERCLOSE_DEVICE,
	.fops = &afterclose_operations,
};

static int __init afterclose_init(void)
{
	return misc_register(&afterclose_device);
}
device_initcall(afterclose_init);
