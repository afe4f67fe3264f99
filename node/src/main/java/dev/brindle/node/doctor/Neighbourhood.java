// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.LinkAddress;
import dev.brindle.node.doctor.check.AddressCheck;
import dev.brindle.node.doctor.check.PathCheck;
import dev.brindle.node.doctor.check.PathCheck.Echo;
import dev.brindle.node.doctor.check.PeerCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/// Asks the other nodes, several at once.
final class Neighbourhood {

  private static final int AT_ONCE = 32;
  private static final int SMALL = 100;
  private static final int IPIP_OVERHEAD = 20;
  private static final int VXLAN_OVERHEAD = 50;
  private static final String IPIP = "tunl0";
  private static final String VXLAN = "vxlan.calico";

  /// A node that is to be reached.
  record Target(String name, IpAddress address, Optional<CalicoNode> node) {}

  private final Place place;
  private final Map<IpFamily, IpAddress> own;
  private final Duration patience;
  private final List<Link> links;
  private final List<LinkAddress> addresses;

  /// @param own addresses of this node
  Neighbourhood(Place place, Map<IpFamily, IpAddress> own, Duration patience) {
    this.place = place;
    this.own = Map.copyOf(own);
    this.patience = patience;
    this.links = place.kernel().links().list();
    this.addresses = place.kernel().links().addresses();
  }

  /// All other nodes at their addresses of families that we have.
  List<Target> others(String self, List<CalicoNode> nodes) {
    return nodes.stream()
        .filter(node -> !node.metadata().name().equals(self))
        .flatMap(
            node ->
                AddressCheck.addresses(node).stream()
                    .map(address -> new Target(node.metadata().name(), address, Optional.of(node))))
        .filter(target -> own.containsKey(target.address().family()))
        .toList();
  }

  /// @param sessions addresses of those that the daemon has a session with
  List<PeerCheck.Peer> bgp(List<Target> targets, int port, Set<String> sessions) {
    var probe = new ConnectProbe(place.namespace(), patience);
    return atOnce(
        targets,
        target ->
            sessions.contains(target.address().toString())
                ? new PeerCheck.Peer(
                    target.name(), target.address(), port, PeerCheck.Outcome.SESSION, "")
                : probe.ask(target.name(), from(target), target.address(), port));
  }

  List<PathCheck.Peer> paths(List<Target> targets) {
    var probe = new PathProbe(place.namespace(), patience.dividedBy(2));
    return atOnce(targets, target -> path(probe, target));
  }

  private PathCheck.Peer path(PathProbe probe, Target target) {
    IpAddress from = from(target);
    int size = needed(from);
    Echo small = probe.ask(from, target.address(), SMALL);
    boolean isSilent = small instanceof Echo.Silence; // then more questions are no use
    Echo large = isSilent ? small : probe.ask(from, target.address(), size);
    Optional<Tunnel> tunnel =
        target.address().isIpv4() && !isSilent ? tunnel(target) : Optional.empty();
    return new PathCheck.Peer(
        target.name(),
        target.address(),
        size,
        small,
        large,
        tunnel.map(each -> probe.ask(each.own(), each.peer(), SMALL)),
        tunnel.map(Tunnel::name).orElse(""));
  }

  private record Tunnel(String name, IpAddress own, IpAddress peer) {}

  private Optional<Tunnel> tunnel(Target target) {
    Optional<CalicoNode.Spec> spec = target.node().map(CalicoNode::spec);
    Optional<IpAddress> ipip =
        spec.flatMap(CalicoNode.Spec::bgp).flatMap(CalicoNode.Bgp::ipv4IPIPTunnelAddr);
    Optional<IpAddress> vxlan = spec.flatMap(CalicoNode.Spec::ipv4VXLANTunnelAddr);
    return Stream.of(tunnel("IPIP (protocol 4)", IPIP, ipip), tunnel("VXLAN (UDP)", VXLAN, vxlan))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<Tunnel> tunnel(String name, String device, Optional<IpAddress> peer) {
    Optional<IpAddress> mine =
        links.stream()
            .filter(link -> link.name().equals(device) && link.isUp())
            .flatMap(link -> addresses.stream().filter(each -> each.link() == link.index()))
            .map(each -> each.address().address())
            .filter(IpAddress::isIpv4)
            .findFirst();
    return mine.flatMap(from -> peer.map(to -> new Tunnel(name, from, to)));
  }

  /// What leaves this node when pods send all they may.
  private int needed(IpAddress from) {
    return links.stream()
        .filter(Link::isUp)
        .filter(link -> link.name().equals(IPIP) || link.name().equals(VXLAN))
        .mapToInt(link -> link.mtu() + (link.name().equals(IPIP) ? IPIP_OVERHEAD : VXLAN_OVERHEAD))
        .max()
        .orElseGet(() -> mtuOf(from));
  }

  private int mtuOf(IpAddress address) {
    return addresses.stream()
        .filter(each -> each.address().address().equals(address))
        .flatMap(each -> links.stream().filter(link -> link.index() == each.link()))
        .mapToInt(Link::mtu)
        .findFirst()
        .orElse(1500);
  }

  private IpAddress from(Target target) {
    IpAddress from = own.get(target.address().family());
    if (from == null) {
      throw new IllegalArgumentException(
          "this node has no %s address to reach %s from"
              .formatted(target.address().family(), target.address()));
    }
    return from;
  }

  private interface Question<T> {
    T ask(Target target);
  }

  private static <T> List<T> atOnce(List<Target> targets, Question<T> question) {
    try (ExecutorService asking = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Callable<T>> questions =
          targets.stream().<Callable<T>>map(target -> () -> question.ask(target)).toList();
      List<T> answers = new ArrayList<>();
      for (Future<T> answer : asking.invokeAll(questions)) {
        answers.add(answer.get());
      }
      return answers;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
