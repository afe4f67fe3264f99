// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.PeeringPlan;
import dev.brindle.linux.kernel.Links;
import dev.brindle.linux.kernel.Links.LinkNews;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.LinkAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives the host's side of pods that peer with their node the addresses at which they call it
/// (`localWorkloadPeeringIPV4`, `localWorkloadPeeringIPV6`), and takes them from pods that do so no
/// more. An interface that comes later, or loses them by going down, is seen to when it is up.
final class PeeringAddresses implements Consumer<PeeringPlan>, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PeeringAddresses.class);

  private final Links links;
  private final AutoCloseable watch;
  private volatile PeeringPlan plan = PeeringPlan.NONE;
  private volatile Runnable again = () -> {};

  PeeringAddresses(Links links) {
    this.links = links;
    this.watch = links.watch(this::hear);
  }

  /// @param changed is called when something happened to an interface that matters
  void onNews(Runnable changed) {
    again = changed;
  }

  private void hear(LinkNews news) {
    Set<String> concerned = plan.addresses().isEmpty() ? Set.of() : plan.peers();
    boolean matters =
        switch (news) {
          case LinkNews.Changed(Link link) -> concerned.contains(link.name());
          case LinkNews.Gone _, LinkNews.AddressesChanged _ -> false;
          case LinkNews.Lost _ -> !concerned.isEmpty();
        };
    if (matters) {
      again.run();
    }
  }

  /// Takes away what was ours by this plan or the one before: also what an earlier process left.
  @Override
  public void accept(PeeringPlan changed) {
    Set<IpAddress> ours = new HashSet<>(plan.addresses());
    ours.addAll(changed.addresses());
    Set<String> names = new HashSet<>(plan.peers());
    names.addAll(changed.all());
    plan = changed;
    if (ours.isEmpty() || names.isEmpty()) {
      return;
    }
    List<LinkAddress> all = links.addresses();
    for (Link link : links.list()) {
      if (names.contains(link.name())) {
        settle(link, ours, all);
      }
    }
  }

  private void settle(Link link, Set<IpAddress> ours, List<LinkAddress> all) {
    List<InterfaceAddress> present =
        all.stream().filter(it -> it.link() == link.index()).map(LinkAddress::address).toList();
    for (IpAddress address : ours) {
      InterfaceAddress host = new InterfaceAddress(address, address.family().bits());
      boolean isDue = plan.of(link.name()).contains(address);
      if (isDue && !present.contains(host)) {
        links.addAddress(link.index(), host);
      } else if (!isDue && present.contains(host)) {
        links.removeAddress(link.index(), host);
      }
    }
  }

  @Override
  public void close() {
    try {
      watch.close();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.warn("cannot stop watching interfaces: {}", e.getMessage());
    }
  }
}
