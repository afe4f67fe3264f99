// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.MacAddress;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.Links;
import dev.brindle.linux.libc.Libc;
import dev.brindle.linux.libc.NetlinkSocket.Buffers;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.LinkAddress;
import dev.brindle.linux.netlink.AddressMessages;
import dev.brindle.linux.netlink.LinkMessages;
import dev.brindle.linux.netlink.LinkMessages.End;
import dev.brindle.linux.netlink.MessageWriter;
import dev.brindle.linux.netlink.NetlinkMessage;
import dev.brindle.linux.netlink.Refusal;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Interfaces and addresses over NETLINK_ROUTE.
final class LiveLinks implements Links {

  /// Where to look for a group number that nobody uses.
  private static final int FIRST_GROUP = 0x6272_0000;

  private final Libc libc;
  private final NetworkNamespace namespace;
  private final LazySocket socket;

  LiveLinks(Libc libc, NetworkNamespace namespace, LazySocket socket) {
    this.libc = libc;
    this.namespace = namespace;
    this.socket = socket;
  }

  @Override
  public List<Link> list() {
    return socket.list(
        LinkMessages::list,
        message ->
            LinkMessages.isLink(message)
                ? Optional.of(LinkMessages.decode(message))
                : Optional.empty());
  }

  @Override
  public Optional<Link> find(String name) {
    var out = new MessageWriter();
    LinkMessages.get(out, name);
    return socket
        .get()
        .ask(out, "find interface " + name, Set.of(Errno.ENODEV))
        .map(LinkMessages::decode);
  }

  DeviceNames devices() {
    var devices = new DeviceNames(this);
    list().forEach(devices::add);
    return devices;
  }

  @Override
  public List<LinkAddress> addresses() {
    return socket.list(AddressMessages::list, AddressMessages::decode);
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
    try (var peer = NetworkNamespace.open(libc, Path.of(peerNamespace))) {
      socket.run(
          () -> "create %s with peer %s in %s".formatted(name, peerName, peerNamespace),
          out ->
              LinkMessages.createVeth(
                  out,
                  new End(name, mac),
                  new End(peerName, peerMac),
                  mtu,
                  group,
                  peer.descriptor()));
    }
  }

  @Override
  public void createVxlan(String name, Optional<MacAddress> mac, int mtu, Link.Kind.Vxlan vxlan) {
    socket.run("create " + name, out -> LinkMessages.createVxlan(out, name, mac, mtu, vxlan));
  }

  @Override
  public void createIpip(String name, Link.Kind.Ipip ipip) {
    socket.run("create " + name, out -> LinkMessages.createIpip(out, name, ipip));
  }

  @Override
  public void createIfb(String name, int mtu) {
    socket.run("create ifb " + name, out -> LinkMessages.createIfb(out, name, mtu));
  }

  @Override
  public void setUp(int index, boolean up) {
    socket.run(
        "set interface %d %s".formatted(index, up ? "up" : "down"),
        out -> LinkMessages.setUp(out, index, up));
  }

  @Override
  public void setMtu(int index, int mtu) {
    socket.run(
        "set MTU of interface %d to %d".formatted(index, mtu),
        out -> LinkMessages.setMtu(out, index, mtu));
  }

  @Override
  public void setMac(int index, MacAddress mac) {
    socket.run(
        "set MAC of interface %d to %s".formatted(index, mac),
        out -> LinkMessages.setMac(out, index, mac));
  }

  @Override
  public void addAddress(int index, InterfaceAddress address) {
    runUnless(
        Set.of(Errno.EEXIST),
        "add address %s to interface %d".formatted(address, index),
        out -> AddressMessages.add(out, index, address));
  }

  @Override
  public void removeAddress(int index, InterfaceAddress address) {
    runUnless(
        Set.of(Errno.EADDRNOTAVAIL, Errno.ENODEV),
        "remove address %s from interface %d".formatted(address, index),
        out -> AddressMessages.remove(out, index, address));
  }

  @Override
  public void delete(String name) {
    runUnless(Set.of(Errno.ENODEV), "delete " + name, out -> LinkMessages.delete(out, name));
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

  private record Grouped(int index, String name, int group) {

    static Optional<Grouped> of(NetlinkMessage message) {
      return LinkMessages.isLink(message)
          ? Optional.of(
              new Grouped(
                  LinkMessages.index(message),
                  LinkMessages.decode(message).name(),
                  LinkMessages.group(message)))
          : Optional.empty();
    }
  }

  /// The kernel waits for all readers of the network stack at each deletion, but once for a group.
  @Override
  public void deleteAll(Collection<String> names) {
    if (names.size() < 2) {
      names.forEach(this::delete);
      return;
    }
    Set<String> wanted = Set.copyOf(names);
    List<Grouped> all = socket.list(LinkMessages::list, Grouped::of);
    List<Grouped> doomed = all.stream().filter(link -> wanted.contains(link.name())).toList();
    if (doomed.isEmpty()) {
      return;
    }
    int group = freeGroup(all.stream().map(Grouped::group).collect(Collectors.toSet()));
    moveToGroup(doomed, group);
    Optional<Refusal> refusal = socket.refusal(out -> LinkMessages.deleteGroup(out, group));
    if (refusal.isPresent()) {
      doomed.stream().map(Grouped::name).forEach(this::delete); // one cannot be deleted: which?
    }
  }

  private static int freeGroup(Set<Integer> taken) {
    int group = FIRST_GROUP;
    while (taken.contains(group)) {
      group++;
    }
    return group;
  }

  private void moveToGroup(List<Grouped> links, int group) {
    var out = new MessageWriter();
    links.forEach(link -> LinkMessages.setGroup(out, link.index(), group));
    for (Refusal refusal : socket.get().run(out)) {
      if (!refusal.errno().equals(Errno.ENODEV)) {
        throw refusal.asException("delete " + links.get(refusal.index()).name());
      }
    }
  }

  @Override
  public AutoCloseable watch(Consumer<LinkNews> listener) {
    return LinkWatch.start(libc, namespace, Buffers.LARGEST, listener);
  }
}
