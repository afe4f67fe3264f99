// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.testing;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.MacAddress;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.Links;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.LinkAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// Interfaces in memory. Listeners are told at once, on the caller's thread.
public final class FakeLinks implements Links {

  private static final int LONGEST_NAME = 15;
  private static final int FIRST_MAC = 0x0200_0000;

  private final Consumer<String> enter;
  private final Map<Integer, Link> byIndex = new TreeMap<>();
  private final Map<String, String> peerNamespaces = new TreeMap<>();
  private final Map<String, Optional<MacAddress>> peerMacs = new TreeMap<>();
  private final Set<LinkAddress> addresses = new LinkedHashSet<>();
  private final List<Consumer<LinkNews>> listeners = new ArrayList<>();
  private final List<Consumer<Link>> onGone = new ArrayList<>();
  private int lastIndex;

  FakeLinks(Consumer<String> enter) {
    this.enter = enter;
    add("lo", Optional.empty(), 65_536, new Link.Kind.Other(""));
  }

  /// Puts an interface there, as hardware does.
  ///
  /// @return its index
  public int add(String name, Optional<MacAddress> mac, int mtu, Link.Kind kind) {
    if (find(name).isPresent()) {
      throw new KernelException("create " + name, Errno.EEXIST);
    }
    if (name.isEmpty() || name.length() > LONGEST_NAME || name.contains("/")) {
      throw new KernelException("create " + name, Errno.EINVAL);
    }
    int index = ++lastIndex;
    put(new Link(index, name, mac, mtu, false, false, kind));
    return index;
  }

  /// Tells listeners that the kernel had to drop news.
  public void loseNews() {
    tell(new LinkNews.Lost());
  }

  /// Where the other end of a pair was born, by the name of this end.
  public Map<String, String> peerNamespaces() {
    return Map.copyOf(peerNamespaces);
  }

  void onGone(Consumer<Link> listener) {
    onGone.add(listener);
  }

  @Override
  public List<Link> list() {
    return List.copyOf(byIndex.values());
  }

  @Override
  public Optional<Link> find(String name) {
    return byIndex.values().stream().filter(link -> link.name().equals(name)).findFirst();
  }

  @Override
  public List<LinkAddress> addresses() {
    return List.copyOf(addresses);
  }

  @Override
  public void createVeth(
      String name,
      Optional<MacAddress> mac,
      int mtu,
      int group,
      String peerName,
      Optional<MacAddress> peerMac,
      String peerNamespace) {
    enter.accept("create " + name);
    peerMacs.put(name, peerMac);
    add(name, mac.or(this::anyMac), mtu, new Link.Kind.Veth());
    peerNamespaces.put(name, peerNamespace);
  }

  /// What the other end of a pair was given.
  public Optional<MacAddress> peerMac(String name) {
    return peerMacs.getOrDefault(name, Optional.empty());
  }

  private Optional<MacAddress> anyMac() {
    return Optional.of(new MacAddress(((long) FIRST_MAC << 16) + lastIndex));
  }

  @Override
  public void createVxlan(String name, Optional<MacAddress> mac, int mtu, Link.Kind.Vxlan vxlan) {
    enter.accept("create " + name);
    boolean isTaken =
        byIndex.values().stream()
            .anyMatch(
                link ->
                    link.kind() instanceof Link.Kind.Vxlan other
                        && other.vni() == vxlan.vni()
                        && other.port() == vxlan.port()
                        && isIpv6(other) == isIpv6(vxlan));
    if (isTaken) {
      throw new KernelException("create " + name, Errno.EEXIST, "VNI and port are in use");
    }
    add(name, mac.or(this::anyMac), mtu, vxlan);
  }

  private static boolean isIpv6(Link.Kind.Vxlan vxlan) {
    return vxlan.local().filter(IpAddress::isIpv6).isPresent();
  }

  @Override
  public void createIpip(String name, Link.Kind.Ipip ipip) {
    enter.accept("create " + name);
    add(name, Optional.empty(), 1480, ipip);
  }

  @Override
  public void createIfb(String name, int mtu) {
    enter.accept("create " + name);
    add(name, anyMac(), mtu, new Link.Kind.Ifb());
  }

  @Override
  public void setUp(int index, boolean up) {
    change(
        "set interface %d %s".formatted(index, up ? "up" : "down"),
        index,
        link -> new Link(link.index(), link.name(), link.mac(), link.mtu(), up, up, link.kind()));
  }

  @Override
  public void setMtu(int index, int mtu) {
    change(
        "set MTU of interface %d to %d".formatted(index, mtu),
        index,
        link ->
            new Link(
                link.index(),
                link.name(),
                link.mac(),
                mtu,
                link.isUp(),
                link.hasCarrier(),
                link.kind()));
  }

  @Override
  public void setMac(int index, MacAddress mac) {
    change(
        "set MAC of interface %d to %s".formatted(index, mac),
        index,
        link ->
            new Link(
                link.index(),
                link.name(),
                Optional.of(mac),
                link.mtu(),
                link.isUp(),
                link.hasCarrier(),
                link.kind()));
  }

  private void change(String what, int index, UnaryOperator<Link> change) {
    enter.accept(what);
    put(change.apply(at(what, index)));
  }

  private Link at(String what, int index) {
    Link link = byIndex.get(index);
    if (link == null) {
      throw new KernelException(what, Errno.ENODEV);
    }
    return link;
  }

  private void put(Link link) {
    byIndex.put(link.index(), link);
    tell(new LinkNews.Changed(link));
  }

  @Override
  public void addAddress(int index, InterfaceAddress address) {
    String what = "add address %s to interface %d".formatted(address, index);
    enter.accept(what);
    at(what, index);
    if (addresses.add(new LinkAddress(index, address, true))) {
      tell(new LinkNews.AddressesChanged(index));
    }
  }

  @Override
  public void removeAddress(int index, InterfaceAddress address) {
    enter.accept("remove address %s from interface %d".formatted(address, index));
    if (addresses.remove(new LinkAddress(index, address, true))) {
      tell(new LinkNews.AddressesChanged(index));
    }
  }

  @Override
  public void delete(String name) {
    enter.accept("delete " + name);
    find(name).ifPresent(this::remove);
  }

  private void remove(Link link) {
    if (link.name().equals("lo")) {
      throw new KernelException("delete lo", Errno.EOPNOTSUPP);
    }
    byIndex.remove(link.index());
    peerNamespaces.remove(link.name());
    addresses.removeIf(address -> address.link() == link.index());
    onGone.forEach(listener -> listener.accept(link));
    tell(new LinkNews.Gone(link.index(), link.name()));
  }

  @Override
  public void deleteAll(Collection<String> names) {
    names.forEach(this::delete);
  }

  @Override
  public AutoCloseable watch(Consumer<LinkNews> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  private void tell(LinkNews news) {
    List.copyOf(listeners).forEach(listener -> listener.accept(news));
  }
}
