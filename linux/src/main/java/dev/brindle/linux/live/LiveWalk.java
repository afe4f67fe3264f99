// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.RouteWalk;
import dev.brindle.linux.libc.NetlinkSocket;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.netlink.MessageWriter;
import dev.brindle.linux.netlink.RouteMessages;
import java.util.function.Consumer;

/// A list of routes on a socket of its own, which is closed at its end.
final class LiveWalk implements RouteWalk {

  private final NetlinkSocket socket;
  private final DeviceNames devices;
  private final int sequence;
  private boolean isOver;

  LiveWalk(NetlinkSocket socket, MessageWriter request, DeviceNames devices) {
    this.socket = socket;
    this.devices = devices;
    try {
      sequence = socket.beginDump(request);
    } catch (KernelException e) {
      close();
      throw e;
    }
  }

  @Override
  public boolean step(Consumer<Route> each) {
    boolean goesOn = false;
    try {
      goesOn =
          !isOver
              && socket.receivePart(
                  sequence,
                  message -> RouteMessages.decodeAny(message, devices::name).ifPresent(each));
    } catch (KernelException e) {
      if (!e.errno().equals(Errno.ENOENT)) { // there is no such table before its first route
        throw e;
      }
    } finally {
      if (!goesOn) {
        close();
      }
    }
    return goesOn;
  }

  @Override
  public void close() {
    if (!isOver) {
      isOver = true;
      socket.close();
    }
  }
}
