// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.TrafficControl;
import dev.brindle.linux.model.PacketFilter;
import dev.brindle.linux.model.Qdisc;
import dev.brindle.linux.model.TokenBucket;
import dev.brindle.linux.netlink.MessageWriter;
import dev.brindle.linux.netlink.TrafficMessages;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Queueing disciplines and filters over NETLINK_ROUTE.
final class LiveTrafficControl implements TrafficControl {

  private final LazySocket socket;

  LiveTrafficControl(LazySocket socket) {
    this.socket = socket;
  }

  @Override
  public List<Qdisc> qdiscs() {
    return socket.list(TrafficMessages::listQdiscs, TrafficMessages::qdisc);
  }

  @Override
  public List<PacketFilter> filtersIn(int link) {
    List<PacketFilter> parts =
        socket.list(out -> TrafficMessages.listFilters(out, link), TrafficMessages::filter);
    var byPriority = new TreeMap<Integer, PacketFilter>();
    for (PacketFilter part : parts) {
      byPriority.merge(
          part.priority(), part, (one, other) -> one.redirectsTo().isPresent() ? one : other);
    }
    return List.copyOf(byPriority.values());
  }

  @Override
  public void addBucket(int link, int handle, TokenBucket bucket) {
    socket.run(
        "limit interface %d by tbf".formatted(link),
        out -> TrafficMessages.addBucket(out, link, handle, bucket));
  }

  @Override
  public void changeBucket(int link, int handle, TokenBucket bucket) {
    socket.run(
        "change tbf of interface %d".formatted(link),
        out -> TrafficMessages.changeBucket(out, link, handle, bucket));
  }

  /// EINVAL is what the kernel says if another one is there.
  @Override
  public void removeBucket(int link, int handle) {
    runUnless(
        Set.of(Errno.ENOENT, Errno.EINVAL, Errno.ENODEV),
        "remove tbf of interface %d".formatted(link),
        out -> TrafficMessages.removeBucket(out, link, handle));
  }

  @Override
  public void addIngress(int link) {
    runUnless(
        Set.of(Errno.EEXIST),
        "add ingress to interface %d".formatted(link),
        out -> TrafficMessages.addIngress(out, link));
  }

  @Override
  public void removeIngress(int link) {
    runUnless(
        Set.of(Errno.ENOENT, Errno.EINVAL, Errno.ENODEV),
        "remove ingress of interface %d".formatted(link),
        out -> TrafficMessages.removeIngress(out, link));
  }

  @Override
  public void redirect(int link, int priority, int target) {
    socket.run(
        "redirect what comes in by interface %d to %d (u32, mirred)".formatted(link, target),
        out -> TrafficMessages.redirect(out, link, priority, target));
  }

  @Override
  public void removeFilters(int link, int priority) {
    runUnless(
        Set.of(Errno.ENOENT, Errno.EINVAL, Errno.ENODEV),
        "remove filters %d of interface %d".formatted(priority, link),
        out -> TrafficMessages.removeFilters(out, link, priority));
  }

  private void runUnless(Set<Errno> fine, String what, Consumer<MessageWriter> message) {
    socket
        .refusal(message)
        .filter(refusal -> !fine.contains(refusal.errno()))
        .ifPresent(
            refusal -> {
              throw refusal.asException(what);
            });
  }
}
