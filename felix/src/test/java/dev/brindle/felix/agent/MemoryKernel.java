// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.agent;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.MacAddress;
import dev.brindle.linux.kernel.Conntrack;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.InstalledTable;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.Links;
import dev.brindle.linux.kernel.Neighbours;
import dev.brindle.linux.kernel.Nft;
import dev.brindle.linux.kernel.RouteTable;
import dev.brindle.linux.kernel.Sysctl;
import dev.brindle.linux.model.ForwardingEntry;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.LinkAddress;
import dev.brindle.linux.model.Neighbour;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftTransaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// Just enough of a kernel for the agent's stories: one set of interfaces, routes and settings, and
/// tables that apply transactions and refuse what refers to nothing. It remembers what it was
/// asked.
final class MemoryKernel implements Kernel, RouteTable, Links, Neighbours, Nft, Sysctl, Conntrack {

  final Map<String, Link> links = new LinkedHashMap<>();
  final List<LinkAddress> addresses = new ArrayList<>();
  final List<Route> routes = new ArrayList<>();
  final Map<String, String> sysctls = new TreeMap<>();
  final List<Neighbour> neighbours = new ArrayList<>();
  final List<ForwardingEntry> forwarding = new ArrayList<>();
  final MemoryTables tables = new MemoryTables();
  final List<NftTransaction> transactions = new ArrayList<>();
  final List<String> calls = new ArrayList<>();
  private int refusals;

  /// The next transactions are refused.
  void refuse(int times) {
    refusals = times;
  }

  void link(int index, String name, boolean isUp) {
    links.put(
        name, new Link(index, name, Optional.empty(), 1500, isUp, isUp, new Link.Kind.Veth()));
  }

  @Override
  public RouteTable routes() {
    return this;
  }

  @Override
  public Links links() {
    return this;
  }

  @Override
  public Neighbours neighbours() {
    return this;
  }

  @Override
  public Nft nft() {
    return this;
  }

  @Override
  public Sysctl sysctl() {
    return this;
  }

  @Override
  public Conntrack conntrack() {
    return this;
  }

  @Override
  public void close() {}

  @Override
  public void run(NftTransaction transaction) {
    if (refusals > 0) {
      refusals--;
      throw new KernelException("run transaction", Errno.EBUSY);
    }
    tables.apply(transaction);
    transactions.add(transaction);
    calls.add("nft");
  }

  @Override
  public Optional<InstalledTable> read(NftFamily family, String table) {
    return tables.read(family, table);
  }

  @Override
  public List<Route> list(IpFamily family) {
    return routes.stream().filter(route -> route.destination().family() == family).toList();
  }

  @Override
  public List<RouteFailure> apply(List<RouteChange> changes) {
    for (RouteChange change : changes) {
      routes.removeIf(
          route ->
              route.destination().equals(change.route().destination())
                  && route.metric() == change.route().metric());
      if (change instanceof RouteChange.Put(var route)) {
        routes.add(route);
        calls.add("put " + route.destination());
      } else {
        calls.add("remove " + change.route().destination());
      }
    }
    return List.of();
  }

  @Override
  public int forget(IpAddress address) {
    calls.add("forget " + address);
    return 0;
  }

  @Override
  public Optional<String> read(String path) {
    return Optional.ofNullable(sysctls.get(path));
  }

  @Override
  public void write(String path, String value) {
    sysctls.put(path, value);
  }

  @Override
  public List<Link> list() {
    return List.copyOf(links.values());
  }

  @Override
  public Optional<Link> find(String name) {
    return Optional.ofNullable(links.get(name));
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
    link(links.size() + 1, name, false);
  }

  @Override
  public void createVxlan(String name, Optional<MacAddress> mac, int mtu, Link.Kind.Vxlan vxlan) {
    links.put(name, new Link(links.size() + 1, name, mac, mtu, false, false, vxlan));
  }

  @Override
  public void createIpip(String name, Link.Kind.Ipip ipip) {
    throw new KernelException("create " + name, Errno.EOPNOTSUPP);
  }

  @Override
  public void setUp(int index, boolean up) {
    change(index, l -> new Link(l.index(), l.name(), l.mac(), l.mtu(), up, up, l.kind()));
  }

  @Override
  public void setMtu(int index, int mtu) {
    change(
        index,
        l -> new Link(l.index(), l.name(), l.mac(), mtu, l.isUp(), l.hasCarrier(), l.kind()));
  }

  @Override
  public void setMac(int index, MacAddress mac) {
    change(
        index,
        l ->
            new Link(
                l.index(),
                l.name(),
                Optional.of(mac),
                l.mtu(),
                l.isUp(),
                l.hasCarrier(),
                l.kind()));
  }

  private void change(int index, UnaryOperator<Link> how) {
    links.replaceAll((_, link) -> link.index() == index ? how.apply(link) : link);
  }

  @Override
  public void addAddress(int index, InterfaceAddress address) {
    addresses.add(new LinkAddress(index, address, true));
  }

  @Override
  public void removeAddress(int index, InterfaceAddress address) {
    addresses.remove(new LinkAddress(index, address, true));
  }

  @Override
  public void delete(String name) {
    links.remove(name);
  }

  @Override
  public void deleteAll(Collection<String> names) {
    names.forEach(this::delete);
  }

  @Override
  public AutoCloseable watch(Consumer<LinkNews> listener) {
    return () -> {};
  }

  @Override
  public List<Neighbour> neighbours(String device) {
    return neighbours.stream().filter(entry -> entry.device().equals(device)).toList();
  }

  @Override
  public void put(Neighbour neighbour) {
    neighbours.add(neighbour);
  }

  @Override
  public void remove(Neighbour neighbour) {
    neighbours.remove(neighbour);
  }

  @Override
  public List<ForwardingEntry> forwarding(String device) {
    return forwarding.stream().filter(entry -> entry.device().equals(device)).toList();
  }

  @Override
  public void put(ForwardingEntry entry) {
    forwarding.add(entry);
  }

  @Override
  public void remove(ForwardingEntry entry) {
    forwarding.remove(entry);
  }
}
