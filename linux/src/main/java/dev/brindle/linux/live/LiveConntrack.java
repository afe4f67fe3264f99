// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import dev.brindle.api.net.IpAddress;
import dev.brindle.linux.kernel.Conntrack;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.netlink.ConntrackMessages;
import dev.brindle.linux.netlink.ConntrackMessages.Entry;
import dev.brindle.linux.netlink.Refusal;
import java.util.List;
import java.util.Optional;

/// Tracked connections over NETLINK_NETFILTER.
final class LiveConntrack implements Conntrack {

  private final LazySocket socket;

  LiveConntrack(LazySocket socket) {
    this.socket = socket;
  }

  @Override
  public int forget(IpAddress address) {
    List<Entry> entries =
        socket.list(
            out -> ConntrackMessages.list(out, address.family()),
            message -> ConntrackMessages.decode(message, address));
    int forgotten = 0;
    for (Entry entry : entries) {
      Optional<Refusal> refusal =
          socket.refusal(out -> ConntrackMessages.delete(out, address.family(), entry));
      if (refusal.isEmpty()) {
        forgotten++;
      } else if (!refusal.get().errno().equals(Errno.ENOENT)) {
        throw refusal.get().asException("forget connections of " + address);
      }
    }
    return forgotten;
  }
}
