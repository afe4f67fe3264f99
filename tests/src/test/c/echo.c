/* SPDX-License-Identifier: Apache-2.0
 *
 * What a pod of the cluster tests runs: "echo PORT..." sends back whatever comes by TCP and UDP on each port, until
 * SIGTERM. Without a port it only waits: the sandbox of a pod. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static char bytes[65536];

static void end(int signal)
{
	(void)signal;
	_exit(0);
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static int bound(int type, int port)
{
	int on = 1, off = 0, fd = socket(AF_INET6, type, 0);
	struct sockaddr_in6 here = { .sin6_family = AF_INET6, .sin6_port = htons((unsigned short)port) };

	if (fd < 0)
		fail("socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
	if (bind(fd, (struct sockaddr *)&here, sizeof here))
		fail("bind");
	return fd;
}

static void datagrams(int fd)
{
	for (;;) {
		struct sockaddr_in6 from;
		socklen_t length = sizeof from;
		ssize_t n = recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &length);

		if (n >= 0 && sendto(fd, bytes, (size_t)n, 0, (struct sockaddr *)&from, length) < 0)
			perror("sendto");
	}
}

static void connection(int fd)
{
	ssize_t n;

	while ((n = read(fd, bytes, sizeof bytes)) > 0)
		for (ssize_t sent = 0, more; sent < n; sent += more)
			if ((more = write(fd, bytes + sent, (size_t)(n - sent))) <= 0)
				_exit(0);
	_exit(0);
}

static void connections(int fd)
{
	if (listen(fd, 512))
		fail("listen");
	for (;;) {
		int peer = accept(fd, NULL, NULL);

		if (peer < 0)
			continue;
		if (fork() == 0) {
			close(fd);
			connection(peer);
		}
		close(peer);
	}
}

int main(int count, char **words)
{
	signal(SIGTERM, end);
	signal(SIGCHLD, SIG_IGN);
	for (int i = 1; i < count; i++) {
		int port = atoi(words[i]), tcp = bound(SOCK_STREAM, port), udp = bound(SOCK_DGRAM, port);

		if (fork() == 0)
			datagrams(udp);
		if (fork() == 0)
			connections(tcp);
	}
	for (;;)
		pause();
}
