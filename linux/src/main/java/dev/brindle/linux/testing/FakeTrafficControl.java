// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.testing;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.TrafficControl;
import dev.brindle.linux.model.PacketFilter;
import dev.brindle.linux.model.Qdisc;
import dev.brindle.linux.model.Qdisc.Place;
import dev.brindle.linux.model.TokenBucket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Queueing disciplines and filters in memory.
public final class FakeTrafficControl implements TrafficControl {

  private static final int INGRESS_HANDLE = 0xffff_0000;

  private final FakeLinks links;
  private final Consumer<String> enter;
  private final Map<Integer, Qdisc> roots = new TreeMap<>();
  private final Map<Integer, Qdisc> ingresses = new TreeMap<>();
  private final Map<Integer, TreeMap<Integer, PacketFilter>> filters = new TreeMap<>();

  FakeTrafficControl(FakeLinks links, Consumer<String> enter) {
    this.links = links;
    this.enter = enter;
    links.onGone(link -> forget(link.index()));
  }

  private void forget(int link) {
    roots.remove(link);
    ingresses.remove(link);
    filters.remove(link);
  }

  /// Puts one there as others do.
  public void add(Qdisc qdisc) {
    (qdisc.place() == Place.ROOT ? roots : ingresses).put(qdisc.link(), qdisc);
  }

  /// Puts one there as others do.
  public void add(int link, PacketFilter filter) {
    filters.computeIfAbsent(link, _ -> new TreeMap<>()).put(filter.priority(), filter);
  }

  @Override
  public List<Qdisc> qdiscs() {
    List<Qdisc> all = new ArrayList<>(roots.values());
    all.addAll(ingresses.values());
    return all;
  }

  @Override
  public List<PacketFilter> filtersIn(int link) {
    return List.copyOf(filters.getOrDefault(link, new TreeMap<>()).values());
  }

  @Override
  public void addBucket(int link, int handle, TokenBucket bucket) {
    enter.accept("limit %s to %d".formatted(name(link), bucket.rate()));
    if (roots.containsKey(link)) {
      throw new KernelException("limit interface %d by tbf".formatted(link), Errno.EEXIST);
    }
    roots.put(link, new Qdisc(link, handle, Place.ROOT, "tbf", Optional.of(bucket.kept())));
  }

  @Override
  public void changeBucket(int link, int handle, TokenBucket bucket) {
    enter.accept("change limit of %s to %d".formatted(name(link), bucket.rate()));
    if (!has(link, handle)) {
      throw new KernelException("change tbf of interface %d".formatted(link), Errno.ENOENT);
    }
    roots.put(link, new Qdisc(link, handle, Place.ROOT, "tbf", Optional.of(bucket.kept())));
  }

  private boolean has(int link, int handle) {
    Qdisc root = roots.get(link);
    return root != null && root.handle() == handle;
  }

  @Override
  public void removeBucket(int link, int handle) {
    enter.accept("remove limit of " + name(link));
    if (has(link, handle)) {
      roots.remove(link);
    }
  }

  @Override
  public void addIngress(int link) {
    enter.accept("add ingress to " + name(link));
    ingresses.putIfAbsent(
        link, new Qdisc(link, INGRESS_HANDLE, Place.INGRESS, "ingress", Optional.empty()));
  }

  @Override
  public void removeIngress(int link) {
    enter.accept("remove ingress of " + name(link));
    ingresses.remove(link);
    filters.remove(link);
  }

  @Override
  public void redirect(int link, int priority, int target) {
    enter.accept("redirect %s to %s".formatted(name(link), name(target)));
    if (!ingresses.containsKey(link)) {
      throw new KernelException("redirect interface %d".formatted(link), Errno.EINVAL);
    }
    filters
        .computeIfAbsent(link, _ -> new TreeMap<>())
        .putIfAbsent(priority, new PacketFilter(priority, "u32", OptionalInt.of(target)));
  }

  @Override
  public void removeFilters(int link, int priority) {
    enter.accept("remove filters %d of %s".formatted(priority, name(link)));
    filters.getOrDefault(link, new TreeMap<>()).remove(priority);
  }

  private String name(int index) {
    return links.list().stream()
        .filter(link -> link.index() == index)
        .findFirst()
        .orElseThrow(() -> new KernelException("interface " + index, Errno.ENODEV))
        .name();
  }
}
