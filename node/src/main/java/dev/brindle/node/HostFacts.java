// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.LinkAddress;
import dev.brindle.linux.model.RouteOwner;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.node.address.Autodetection;
import dev.brindle.node.address.HostInterface;
import dev.brindle.node.settings.NodeSettings;
import dev.brindle.node.settings.NodeSettingsReader.HostNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What the machine says of itself, and whether it can be a node at all.
public final class HostFacts {

  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
  private static final Path OWN_STATUS = Path.of("/proc/self/status");
  private static final Path CALICOS_STATE = Path.of("/var/lib/calico");
  private static final int CAP_NET_ADMIN = 12;
  private static final int ANY_PORT = 80;
  private static final Set<RouteOwner> OURS = Set.of(RouteOwner.BIRD, RouteOwner.FELIX);

  private HostFacts() {}

  /// @param first says where an earlier daemon wrote the node's name
  static HostNames names(NodeSettings first) {
    String earlier =
        publicDirectories(first).stream()
            .map(directory -> textOf(directory.resolve(NodeSettings.NAME_FILE)))
            .filter(text -> !text.isEmpty())
            .findFirst()
            .orElse("");
    return new HostNames(earlier, textOf(HOST_NAME));
  }

  /// Where the node's name and the MTU of pods stand for others: our own directory, and Calico's
  /// where that is there, so that a node taken over from Calico keeps its name and CNI plugins find
  /// what they look for. Only if nobody has said where our own is: else several nodes may share a
  /// machine.
  static List<Path> publicDirectories(NodeSettings settings) {
    Path own = settings.stateDirectory();
    return own.equals(NodeSettings.DEFAULT_STATE) && Files.isDirectory(CALICOS_STATE)
        ? List.of(own, CALICOS_STATE)
        : List.of(own);
  }

  private static String textOf(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.readString(file).strip() : "";
    } catch (IOException e) {
      throw new StartException("cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /// @throws StartException if this process may not administer networks, with the cure
  static void checkRights() {
    if (!mayAdministerNetworks()) {
      throw new StartException(
          "this process lacks CAP_NET_ADMIN: run it as root, or in a container with that capability");
    }
  }

  /// @throws StartException naming what is missing, and the cure
  static void check(Kernel kernel) {
    try {
      kernel.nft().read(NftFamily.IP, "brindle-probe");
    } catch (KernelException e) {
      if (e.errno().equals(Errno.EPERM)) {
        throw new StartException(
            "this process may not administer its network namespace, which belongs to another user"
                + " namespace: run it as root, or in a network namespace of its own",
            e);
      }
      throw new StartException(
          "the kernel has no nf_tables (%s): load the module nf_tables, or use a kernel with CONFIG_NF_TABLES"
              .formatted(e.getMessage()),
          e);
    }
  }

  public static boolean mayAdministerNetworks() {
    try {
      return Files.readAllLines(OWN_STATUS).stream()
          .filter(line -> line.startsWith("CapEff:"))
          .map(line -> line.substring("CapEff:".length()).strip())
          .anyMatch(mask -> (Long.parseUnsignedLong(mask, 16) >> CAP_NET_ADMIN & 1) == 1);
    } catch (IOException e) {
      throw new StartException("cannot read %s: %s".formatted(OWN_STATUS, e.getMessage()), e);
    }
  }

  public static List<HostInterface> interfaces(Kernel kernel) {
    List<LinkAddress> addresses = kernel.links().addresses();
    return kernel.links().list().stream()
        .filter(Link::isUp)
        .map(
            link -> {
              var plain = new HostInterface(link.index(), link.name(), of(link, addresses));
              return Autodetection.needsWay(plain) ? plain.leading(waysOut(kernel, link)) : plain;
            })
        .toList();
  }

  /// For which families others than us lead by this interface to other networks.
  private static Set<IpFamily> waysOut(Kernel kernel, Link link) {
    return kernel.routes().listOn(link.name()).stream()
        .filter(route -> !OURS.contains(route.owner()))
        .filter(
            route ->
                route.destination().length() == 0
                    || route.hops().stream().anyMatch(hop -> hop.gateway().isPresent()))
        .map(route -> route.destination().family())
        .collect(Collectors.toSet());
  }

  private static List<InterfaceAddress> of(Link link, List<LinkAddress> addresses) {
    return addresses.stream()
        .filter(address -> address.link() == link.index())
        .map(LinkAddress::address)
        .toList();
  }

  /// Which address packets to a host leave from; nothing is sent.
  ///
  /// @throws UncheckedIOException if its name is not known, or no route leads there
  static Optional<IpAddress> sourceTowards(String host, IpFamily family) {
    try (var socket = new DatagramSocket(null)) {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        if (IpAddress.ofBytes(address.getAddress()).family() == family) {
          socket.connect(new InetSocketAddress(address, ANY_PORT));
          return Optional.of(IpAddress.ofBytes(socket.getLocalAddress().getAddress()));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("no way to %s: %s".formatted(host, e.getMessage()), e);
    }
  }
}
