// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.libc.Libc;
import dev.brindle.linux.libc.NetlinkSocket;
import dev.brindle.linux.netlink.NetlinkMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/// Hears what the kernel says on a socket, on a thread of its own, until it is closed.
final class NewsThread implements AutoCloseable {

  private final Libc libc;
  private final NetlinkSocket socket;
  private final int stop;
  private final Consumer<NetlinkMessage> news;
  private final Runnable lost;
  private final Thread thread;

  private NewsThread(
      Libc libc, NetlinkSocket socket, String name, Consumer<NetlinkMessage> news, Runnable lost) {
    this.libc = libc;
    this.socket = socket;
    this.news = news;
    this.lost = lost;
    stop = libc.eventCounter();
    thread = Thread.ofPlatform().daemon().name(name).unstarted(this::listen);
  }

  /// @param socket is closed in the end
  /// @param lost is run when more was said than the socket could hold
  static NewsThread start(
      Libc libc, NetlinkSocket socket, String name, Consumer<NetlinkMessage> news, Runnable lost) {
    NewsThread started = new NewsThread(libc, socket, name, news, lost);
    started.thread.start();
    return started;
  }

  /// The thread closes what it waits for, so that no descriptor is reused under its hands.
  private void listen() {
    try {
      while (socket.awaitNews(stop)) {
        hear();
      }
    } finally {
      socket.close();
      libc.close(stop);
    }
  }

  private void hear() {
    try {
      socket.receiveNews(news);
    } catch (KernelException e) {
      if (!e.errno().equals(Errno.ENOBUFS)) {
        throw e;
      }
      lost.run();
    }
  }

  /// Returns when nothing is heard any more, unless who hears it calls.
  @Override
  public void close() {
    if (!thread.isAlive()) {
      return;
    }
    libc.write(stop, ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(0, 1));
    if (!Thread.currentThread().equals(thread)) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // it has been told; whoever waits for us is in a hurry
      }
    }
  }
}
