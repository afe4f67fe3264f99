// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import dev.brindle.api.net.IpFamily;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.RouteNews;
import dev.brindle.linux.kernel.RouteTable;
import dev.brindle.linux.kernel.RouteWalk;
import dev.brindle.linux.libc.NetlinkSocket;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteSelection;
import dev.brindle.linux.netlink.MessageWriter;
import dev.brindle.linux.netlink.Refusal;
import dev.brindle.linux.netlink.RouteMessages;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// Routes over NETLINK_ROUTE, many in one send.
final class LiveRoutes implements RouteTable {

  private static final int BATCH = 1000;

  private final LazySocket socket;
  private final Supplier<NetlinkSocket> walkSockets;
  private final LiveLinks links;
  private final Function<Consumer<RouteNews>, AutoCloseable> watches;

  /// Kept between batches for its room.
  private final MessageWriter out = new MessageWriter();

  /// @param walkSockets opens one for a walk alone: a socket has one list at a time
  /// @param watches starts to tell news
  LiveRoutes(
      LazySocket socket,
      Supplier<NetlinkSocket> walkSockets,
      LiveLinks links,
      Function<Consumer<RouteNews>, AutoCloseable> watches) {
    this.socket = socket;
    this.walkSockets = walkSockets;
    this.links = links;
    this.watches = watches;
  }

  @Override
  public RouteWalk walk(RouteSelection which) {
    DeviceNames devices = links.devices();
    var request = new MessageWriter();
    try {
      RouteMessages.list(request, which, which.device().map(devices::index).orElse(0));
    } catch (KernelException e) {
      if (e.errno().equals(Errno.ENODEV)) {
        return _ -> false;
      }
      throw e;
    }
    return new LiveWalk(walkSockets.get(), request, devices);
  }

  @Override
  public AutoCloseable watch(Consumer<RouteNews> listener) {
    return watches.apply(listener);
  }

  @Override
  public List<Route> list(IpFamily family) {
    DeviceNames devices = links.devices();
    return list(out -> RouteMessages.list(out, family), devices);
  }

  /// A new namespace has no main table before its first route; the kernel says ENOENT then.
  private List<Route> list(Consumer<MessageWriter> request, DeviceNames devices) {
    try {
      return socket.list(request, message -> RouteMessages.decode(message, devices::name));
    } catch (KernelException e) {
      if (e.errno().equals(Errno.ENOENT)) {
        return List.of();
      }
      throw e;
    }
  }

  @Override
  public List<Route> listOn(String device) {
    Optional<Link> link = links.find(device);
    if (link.isEmpty()) {
      return List.of();
    }
    DeviceNames devices = new DeviceNames(links);
    devices.add(link.get());
    int index = link.get().index();
    List<Route> found = new ArrayList<>();
    for (IpFamily family : IpFamily.values()) {
      found.addAll(list(out -> RouteMessages.listOn(out, family, index), devices));
    }
    return found;
  }

  @Override
  public List<RouteFailure> apply(List<RouteChange> changes) {
    var failures = new TreeMap<Integer, KernelException>();
    DeviceNames devices = new DeviceNames(links);
    int size = Math.clamp(socket.get().answerCapacity(), 1, BATCH);
    for (int from = 0; from < changes.size(); from += size) {
      applyBatch(changes, from, Math.min(from + size, changes.size()), devices, failures);
    }
    return failures.entrySet().stream()
        .sorted(Map.Entry.comparingByKey(Comparator.naturalOrder()))
        .map(entry -> new RouteFailure(changes.get(entry.getKey()), entry.getValue()))
        .toList();
  }

  private void applyBatch(
      List<RouteChange> changes,
      int from,
      int to,
      DeviceNames devices,
      Map<Integer, KernelException> failures) {
    out.clear();
    var sent = new ArrayList<Integer>();
    for (int i = from; i < to; i++) {
      try {
        write(changes.get(i), devices);
        sent.add(i);
      } catch (KernelException e) {
        failures.put(i, e);
      }
    }
    if (sent.isEmpty()) {
      return;
    }
    for (Refusal refusal : run(sent)) {
      int index = sent.get(refusal.index());
      RouteChange change = changes.get(index);
      if (!isGone(change, refusal.errno())) {
        failures.put(index, refusal.asException(what(change)));
      }
    }
  }

  /// If answers were lost, the batch is repeated: that does no harm and is rare. Answers are then
  /// waited for one by one.
  private List<Refusal> run(List<Integer> sent) {
    NetlinkSocket open = socket.get();
    try {
      return open.run(out);
    } catch (KernelException e) {
      if (!e.errno().equals(Errno.ENOBUFS)) {
        throw e;
      }
      var refusals = new ArrayList<Refusal>();
      for (int i = 0; i < sent.size(); i++) {
        for (Refusal refusal : open.run(out.only(i))) {
          refusals.add(new Refusal(i, refusal.errno(), refusal.detail()));
        }
      }
      return refusals;
    }
  }

  private void write(RouteChange change, DeviceNames devices) {
    try {
      switch (change) {
        case RouteChange.Add(Route route) -> RouteMessages.add(out, route, devices::index);
        case RouteChange.Put(Route route) -> RouteMessages.put(out, route, devices::index);
        case RouteChange.Remove(Route route) -> RouteMessages.remove(out, route);
      }
    } catch (KernelException e) {
      throw new KernelException(what(change), e.errno(), String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw new KernelException(what(change), Errno.EINVAL, String.valueOf(e.getMessage()));
    }
  }

  private static boolean isGone(RouteChange change, Errno errno) {
    return change instanceof RouteChange.Remove && errno.equals(Errno.ESRCH);
  }

  private static String what(RouteChange change) {
    return switch (change) {
      case RouteChange.Add(Route route) -> "add route " + route.destination();
      case RouteChange.Put(Route route) -> "put route " + route.destination();
      case RouteChange.Remove(Route route) -> "remove route " + route.destination();
    };
  }
}
