// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.cni.server.LocalEndpoints;
import dev.brindle.cni.server.PodNetwork;
import dev.brindle.cni.server.ReserveJournal;
import dev.brindle.cni.server.ReserveKeeper;
import dev.brindle.cni.server.ReservedPods;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.PodNotes;
import dev.brindle.felix.agent.Agent;
import dev.brindle.felix.agent.Unstored;
import dev.brindle.ipam.Allocator;
import dev.brindle.node.settings.NodeSettings;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The parts of this node's reserve, and the allocator that knows of it.
final class NodeReserve {

  private static final Logger LOG = LoggerFactory.getLogger(NodeReserve.class);

  private final NodeSettings settings;
  private final Datastore datastore;
  private final Optional<Datastore> beside;
  private final ReserveJournal journal;
  private final Allocator allocator;

  /// Reads what an earlier daemon has left, so that one must be gone.
  ///
  /// @throws StartException if it cannot be read
  ///
  /// @param beside the Kubernetes beside a store that is another: it says what pods are
  NodeReserve(NodeSettings settings, Datastore datastore, Optional<Datastore> beside) {
    this.settings = settings;
    this.datastore = datastore;
    this.beside = beside;
    try {
      this.journal = new ReserveJournal(settings.reserve());
    } catch (UncheckedIOException e) {
      throw new StartException(
          "cannot read %s, where pods are noted that came while the store was away: %s"
              .formatted(settings.reserve(), e.getMessage()),
          e);
    }
    this.allocator = new Allocator(datastore, journal);
  }

  Allocator allocator() {
    return allocator;
  }

  ReservedPods pods(Agent agent, InstantSource clock) {
    return new ReservedPods(
        settings.name(),
        datastore,
        beside.orElse(datastore),
        allocator,
        journal,
        new FelixEndpoints(agent, datastore, beside),
        size(),
        clock);
  }

  /// None where all addresses are another plugin's.
  private int size() {
    return datastore.hasIpam() ? settings.reserveSize() : 0;
  }

  ReserveKeeper keep(PodNetwork network, ReservedPods pods, BooleanSupplier isStoreAway) {
    return ReserveKeeper.start(
        settings.name(),
        size(),
        journal,
        datastore.hasIpam() ? Optional.of(allocator) : Optional.empty(),
        network,
        pods,
        isStoreAway,
        ReserveKeeper.Pace.USUAL,
        new SplittableRandom());
  }

  /// Where the store is Kubernetes, endpoints are made of Pods: what policy goes by is the Pod's.
  /// Where the store is etcd beside Kubernetes, that one is asked, which may well be there.
  private record FelixEndpoints(Agent agent, Datastore datastore, Optional<Datastore> beside)
      implements LocalEndpoints {

    @Override
    public Optional<WorkloadEndpoint> told(ResourceKey endpoint) {
      return agent.told(endpoint);
    }

    @Override
    public Optional<PodNotes> notes(ResourceKey endpoint, String namespace, String pod) {
      if (beside.isPresent()) {
        return asked(beside.get(), namespace, pod);
      }
      return isOfPods() && told(endpoint).isEmpty()
          ? Optional.empty()
          : datastore.heardNotes(namespace, pod);
    }

    private static Optional<PodNotes> asked(Datastore kubernetes, String namespace, String pod) {
      try {
        return kubernetes.podNotes(namespace, pod);
      } catch (DatastoreException e) {
        LOG.info("Kubernetes says nothing of pod {}/{}: {}", namespace, pod, e.getMessage());
        return Optional.empty();
      }
    }

    @Override
    public void put(WorkloadEndpoint endpoint) {
      agent.putUnstored(new Unstored(endpoint, isOfPods()));
    }

    @Override
    public void stored(WorkloadEndpoint written) {
      agent.storedNow(
          written.key(), written.spec().containerID(), written.metadata().resourceVersion());
    }

    @Override
    public void remove(ResourceKey endpoint, String containerId) {
      agent.removeUnstored(endpoint, containerId);
    }

    @Override
    public boolean isOfPods() {
      return datastore.hasServices();
    }
  }
}
