// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.tunnel;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.WriteResult;
import dev.brindle.ipam.Allocator;
import dev.brindle.ipam.AssignRequest;
import dev.brindle.ipam.AssignResult;
import dev.brindle.ipam.block.Assignment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees to it that each tunnel of the node has an address as long as a pool uses the tunnel, and
/// that the Node says which. May be repeated at any time.
public final class TunnelAddresses {

  private static final Logger LOG = LoggerFactory.getLogger(TunnelAddresses.class);

  /// How often someone else may be faster before we give up.
  private static final int TRIES = 10;

  private final String nodeName;
  private final Datastore datastore;
  private final Allocator allocator;

  public TunnelAddresses(String nodeName, Datastore datastore, Allocator allocator) {
    this.nodeName = nodeName;
    this.datastore = datastore;
    this.allocator = allocator;
  }

  /// @return what did not work; empty if all tunnels are as they should be
  public List<String> reconcile() {
    if (!datastore.hasIpam()) {
      return List.of(); // the Node's network says which
    }
    List<IpPool> pools =
        datastore.list(ResourceKind.IP_POOL).stream().map(IpPool.class::cast).toList();
    List<String> problems = new ArrayList<>();
    for (TunnelKind kind : TunnelKind.values()) {
      node().flatMap(node -> reconcile(kind, node, pools)).ifPresent(problems::add);
    }
    return problems;
  }

  private Optional<String> reconcile(TunnelKind kind, CalicoNode node, List<IpPool> pools) {
    List<Cidr> eligible =
        pools.stream()
            .filter(pool -> kind.fits(pool, node))
            .map(pool -> pool.spec().cidr())
            .toList();
    Optional<IpAddress> present = kind.addressIn(node);
    if (eligible.isEmpty()) {
      return present.isEmpty() ? Optional.empty() : giveBack(kind);
    }
    if (present.filter(address -> isOurs(kind, address) && isIn(eligible, address)).isPresent()) {
      return Optional.empty();
    }
    return assign(kind, eligible);
  }

  private static boolean isIn(List<Cidr> pools, IpAddress address) {
    return pools.stream().anyMatch(pool -> pool.contains(address));
  }

  private boolean isOurs(TunnelKind kind, IpAddress address) {
    return allocator
        .assignment(address)
        .map(Assignment::handle)
        .filter(kind.handle(nodeName)::equals)
        .isPresent();
  }

  private Optional<String> giveBack(TunnelKind kind) {
    Optional<String> problem = write(kind, Optional.empty());
    if (problem.isEmpty()) {
      allocator.releaseByHandle(kind.handle(nodeName));
      LOG.info("{} tunnel needs no address any more", kind);
    }
    return problem;
  }

  private Optional<String> assign(TunnelKind kind, List<Cidr> eligible) {
    String handle = kind.handle(nodeName);
    allocator.releaseByHandle(handle);
    boolean isIpv4 = kind.family() == IpFamily.IPV4;
    AssignResult result =
        allocator.autoAssign(
            AssignRequest.forWorkload(
                    isIpv4 ? 1 : 0,
                    isIpv4 ? 0 : 1,
                    handle,
                    Map.of("node", nodeName, "type", kind.type()),
                    nodeName)
                .withPools(eligible)
                .withUse(IpPool.AllowedUse.TUNNEL));
    return switch (result) {
      case AssignResult.Full(var addresses) -> publish(kind, addresses.getFirst());
      case AssignResult.Partial(_, var reason) -> Optional.of(problem(kind, reason));
      case AssignResult.None(var reason) -> Optional.of(problem(kind, reason));
    };
  }

  private Optional<String> publish(TunnelKind kind, IpAddress address) {
    Optional<String> problem = write(kind, Optional.of(address));
    if (problem.isPresent()) {
      allocator.releaseByHandle(kind.handle(nodeName));
    } else {
      LOG.info("{} tunnel has address {}", kind, address);
    }
    return problem;
  }

  private static String problem(TunnelKind kind, String reason) {
    return "%s tunnel has no address: %s".formatted(kind, reason);
  }

  private Optional<String> write(TunnelKind kind, Optional<IpAddress> address) {
    for (int attempt = 0; attempt < TRIES; attempt++) {
      Optional<CalicoNode> node = node();
      if (node.isEmpty()) {
        return Optional.of(problem(kind, "there is no Node " + nodeName));
      }
      CalicoNode changed = kind.withAddress(node.get(), address);
      if (changed.equals(node.get()) || datastore.update(changed) instanceof WriteResult.Written) {
        return Optional.empty();
      }
    }
    return Optional.of(problem(kind, "others changed the Node %d times".formatted(TRIES)));
  }

  private Optional<CalicoNode> node() {
    return datastore.get(ResourceKey.of(ResourceKind.NODE, nodeName)).map(CalicoNode.class::cast);
  }
}
