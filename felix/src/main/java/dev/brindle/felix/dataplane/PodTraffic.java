// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.dataplane;

import dev.brindle.felix.endpoint.Bandwidth;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.PacketFilter;
import dev.brindle.linux.model.Qdisc;
import dev.brindle.linux.model.TokenBucket;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What limits pods' interfaces now, read once, and what is done about it. A `tbf` is ours by its
/// handle, a filter by its priority or because it leads to an interface of ours; all else is
/// somebody else's and stays.
final class PodTraffic {

  static final int HANDLE = 0xb21d_0000;
  static final int PRIORITY = 0xb21d;

  private static final int ETHERNET_HEADER = 14;

  /// What the kernel says if a module is missing.
  private static final Set<Errno> NOT_THERE = Set.of(Errno.ENOENT, Errno.EOPNOTSUPP);

  private final Kernel kernel;
  private final Map<String, Link> links;
  private final Map<Integer, Qdisc> roots;
  private final Map<Integer, Qdisc> ingresses;
  private final Set<Integer> devices;
  private final Set<String> discarded = new LinkedHashSet<>();

  /// @param links by name
  /// @param roots by index of the interface; none that the kernel put there by itself
  /// @param ingresses alike
  PodTraffic(
      Kernel kernel,
      Map<String, Link> links,
      Map<Integer, Qdisc> roots,
      Map<Integer, Qdisc> ingresses) {
    this.kernel = kernel;
    this.links = links;
    this.roots = roots;
    this.ingresses = ingresses;
    this.devices =
        links.values().stream()
            .filter(link -> Bandwidth.isDevice(link.name()))
            .map(Link::index)
            .collect(Collectors.toSet());
  }

  /// @return why it is not limited as wanted, if so
  Optional<String> limitIntoPod(Link pod, Optional<TokenBucket> wanted) {
    return limit(pod, pod.mtu(), wanted).map("into the pod it is not limited: "::concat);
  }

  /// @return why it is not limited as wanted, if so
  Optional<String> limitOutOfPod(Link pod, Optional<TokenBucket> wanted) {
    List<PacketFilter> filters =
        ingresses.containsKey(pod.index()) ? kernel.traffic().filtersIn(pod.index()) : List.of();
    if (wanted.isEmpty()) {
      removeRedirect(pod, filters);
      return Optional.empty();
    }
    Optional<String> why =
        isTaken(filters)
            ? Optional.of("somebody else's filter is on its interface already")
            : redirect(pod, wanted, filters);
    if (why.isPresent()) {
      removeRedirect(pod, filters);
      discard(Bandwidth.device(pod.name())); // made just now, perhaps
    }
    return why.map("out of the pod it is not limited: "::concat);
  }

  /// A program in the kernel that watches may stand beside ours. What redirects may not.
  private boolean isTaken(List<PacketFilter> filters) {
    return filters.stream().anyMatch(filter -> !isOurs(filter) && !filter.kind().equals("bpf"));
  }

  private boolean isOurs(PacketFilter filter) {
    return filter.priority() == PRIORITY
        || filter.redirectsTo().stream().anyMatch(devices::contains);
  }

  private Optional<String> limit(Link link, int mtu, Optional<TokenBucket> wanted) {
    Optional<Qdisc> root = Optional.ofNullable(roots.get(link.index()));
    boolean isOurs =
        root.filter(found -> found.handle() == HANDLE && found.bucket().isPresent()).isPresent();
    if (wanted.isEmpty()) {
      if (isOurs) {
        kernel.traffic().removeBucket(link.index(), HANDLE);
      }
      return Optional.empty();
    }
    TokenBucket bucket = wanted.get().withRoomFor(mtu + ETHERNET_HEADER);
    if (root.isEmpty()) {
      return lacking(
          "sch_tbf (CONFIG_NET_SCH_TBF)",
          () -> kernel.traffic().addBucket(link.index(), HANDLE, bucket));
    }
    if (!isOurs) {
      return Optional.of(
          "somebody else's %s %x: is on its interface already"
              .formatted(root.get().kind(), root.get().handle() >>> Short.SIZE));
    }
    if (!root.get().bucket().equals(Optional.of(bucket.kept()))) {
      kernel.traffic().changeBucket(link.index(), HANDLE, bucket);
    }
    return Optional.empty();
  }

  /// From the end to the beginning: what is redirected to an interface that is not there, or down,
  /// is lost.
  private Optional<String> redirect(
      Link pod, Optional<TokenBucket> wanted, List<PacketFilter> filters) {
    String name = Bandwidth.device(pod.name());
    if (kernel.links().find(name).isEmpty()) {
      Optional<String> why =
          lacking("ifb (CONFIG_IFB)", () -> kernel.links().createIfb(name, pod.mtu()));
      if (why.isPresent()) {
        return why;
      }
      quieten(name);
    }
    Link device =
        kernel
            .links()
            .find(name)
            .orElseThrow(() -> new KernelException("find " + name, Errno.ENODEV));
    if (!device.isUp()) {
      kernel.links().setUp(device.index(), true);
    }
    return limit(device, pod.mtu(), wanted)
        .or(
            () ->
                ingresses.containsKey(pod.index())
                    ? Optional.empty()
                    : lacking(
                        "sch_ingress (CONFIG_NET_SCH_INGRESS)",
                        () -> kernel.traffic().addIngress(pod.index())))
        .or(
            () ->
                lacking(
                    "cls_u32 or act_mirred (CONFIG_NET_CLS_U32, CONFIG_NET_ACT_MIRRED)",
                    () -> lead(pod, device, filters)));
  }

  /// The host itself has nothing to say there.
  private void quieten(String device) {
    String path = "net/ipv6/conf/%s/disable_ipv6".formatted(device);
    if (kernel.sysctl().read(path).isPresent()) {
      kernel.sysctl().write(path, "1");
    }
  }

  private void lead(Link pod, Link device, List<PacketFilter> filters) {
    boolean isThere =
        filters.stream()
            .anyMatch(
                filter ->
                    filter.priority() == PRIORITY
                        && filter.redirectsTo().stream().anyMatch(to -> to == device.index()));
    filters.stream()
        .filter(filter -> isOurs(filter) && !(isThere && filter.priority() == PRIORITY))
        .forEach(filter -> kernel.traffic().removeFilters(pod.index(), filter.priority()));
    if (!isThere) {
      kernel.traffic().redirect(pod.index(), PRIORITY, device.index());
    }
  }

  private void removeRedirect(Link pod, List<PacketFilter> filters) {
    List<PacketFilter> ours = filters.stream().filter(this::isOurs).toList();
    ours.forEach(filter -> kernel.traffic().removeFilters(pod.index(), filter.priority()));
    boolean isEmpty = !ours.isEmpty() && ours.size() == filters.size();
    Qdisc ingress = ingresses.get(pod.index());
    if (isEmpty && ingress != null && ingress.kind().equals("ingress")) {
      kernel.traffic().removeIngress(pod.index());
    }
    String device = Bandwidth.device(pod.name());
    if (!ours.isEmpty() || links.containsKey(device)) {
      discard(device);
    }
  }

  /// Marks an interface for deletion; it is no error if there is none.
  void discard(String device) {
    discarded.add(device);
  }

  /// All at once: the kernel takes as long for many as for one.
  void deleteDiscarded() {
    if (!discarded.isEmpty()) {
      kernel.links().deleteAll(discarded);
    }
  }

  private static Optional<String> lacking(String module, Runnable action) {
    try {
      action.run();
      return Optional.empty();
    } catch (KernelException e) {
      if (!NOT_THERE.contains(e.errno())) {
        throw e;
      }
      return Optional.of("this kernel has no " + module);
    }
  }
}
