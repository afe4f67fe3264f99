// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.resource.BgpPeer;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.HostEndpoint;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.datastore.Datastore;
import dev.brindle.ipam.block.Assignment;
import dev.brindle.ipam.block.Block;
import java.util.List;
import java.util.stream.Stream;

/// Takes back all that goes before a node goes: addresses, endpoints, claims on blocks, peers,
/// settings and host endpoints. Each step may be repeated, so whoever was interrupted does it
/// again.
public final class NodeRemoval {

  private NodeRemoval() {}

  /// @throws IpamException if others are faster again and again
  /// @throws dev.brindle.datastore.DatastoreException if the store could not be asked; some may be
  ///     gone
  public static void takeBack(Datastore store, Allocator allocator, CalicoNode node) {
    String name = node.metadata().name();
    List<WorkloadEndpoint> endpoints =
        all(store, ResourceKind.WORKLOAD_ENDPOINT, WorkloadEndpoint.class)
            .filter(endpoint -> endpoint.spec().node().equals(name))
            .toList();
    List<Assignment> assignments =
        all(store, ResourceKind.IPAM_BLOCK, IpamBlock.class)
            .flatMap(block -> new Block(block).assignments().stream())
            .toList();
    allocator.releaseHoldings(
        NodeAddresses.of(node, endpoints, assignments).stream().map(Holding::of).toList());
    endpoints.forEach(endpoint -> store.delete(endpoint.key()));
    allocator.releaseClaimsOf(name);
    Stream<ResourceKey> peers =
        all(store, ResourceKind.BGP_PEER, BgpPeer.class)
            .filter(peer -> peer.spec().node().equals(name))
            .map(Resource::key);
    Stream<ResourceKey> settings =
        Stream.of(ResourceKind.FELIX_CONFIGURATION, ResourceKind.BGP_CONFIGURATION)
            .map(kind -> ResourceKey.of(kind, "node." + name));
    Stream<ResourceKey> interfaces =
        all(store, ResourceKind.HOST_ENDPOINT, HostEndpoint.class)
            .filter(endpoint -> endpoint.spec().node().equals(name))
            .map(Resource::key);
    Stream.of(peers, settings, interfaces).flatMap(keys -> keys).forEach(store::delete);
  }

  private static <T extends Resource> Stream<T> all(
      Datastore store, ResourceKind kind, Class<T> type) {
    return store.list(kind).stream().map(type::cast);
  }
}
