// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static dev.brindle.cni.protocol.CniError.Code.TRY_AGAIN_LATER;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.cni.pod.EndpointPlan;
import dev.brindle.cni.pod.PodAsks;
import dev.brindle.cni.pod.PodIdentity;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.cni.protocol.CniRequest;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.PodNotes;
import dev.brindle.ipam.Allocator;
import dev.brindle.ipam.Reserved;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Pods that come while the store is away: their addresses are out of the reserve, or another IPAM
/// plugin's, felix hears of them from here, and the store hears of them when it is back. What they
/// have in the kernel is others' business. Calls about one pod come one after the other.
public final class ReservedPods {

  private static final Logger LOG = LoggerFactory.getLogger(ReservedPods.class);

  private final String node;
  private final EndpointStore store;
  private final Allocator allocator;
  private final ReserveJournal journal;
  private final LocalEndpoints local;
  private final int size;
  private final InstantSource clock;

  /// What felix may have from us.
  private final Set<ResourceKey> shown = ConcurrentHashMap.newKeySet();

  private final AtomicLong abandoned = new AtomicLong();

  private final AtomicBoolean hasNews = new AtomicBoolean(true);

  /// @param kubernetes says what pods ask for: the datastore itself, unless that is in etcd
  /// @param allocator one that asks and tells the journal
  /// @param size how many addresses of each family are booked ahead; with 0 only what an earlier
  ///     daemon has left is finished
  public ReservedPods(
      String node,
      Datastore datastore,
      Datastore kubernetes,
      Allocator allocator,
      ReserveJournal journal,
      LocalEndpoints local,
      int size,
      InstantSource clock) {
    this.node = node;
    this.store = new EndpointStore(datastore, kubernetes);
    this.allocator = allocator;
    this.journal = journal;
    this.local = local;
    this.size = size;
    this.clock = clock;
  }

  /// Whether there is any hope without the store: other IPAM plugins need neither it nor a reserve.
  boolean isOnFor(CniConfig config) {
    return size > 0 || !config.ipam().isOurs();
  }

  /// Tells felix of pods that an earlier daemon has left. To be said before felix begins, so that
  /// they are never without their policy.
  public void restore() {
    for (ReservedPod each : journal.pods()) {
      PodIdentity pod = PodIdentity.of(each.request(), node);
      Optional<PodNotes> notes =
          local.isOfPods() ? Optional.of(PodNotes.NONE) : notes(pod, each.config());
      LOG.info(
          "pod {} has {}, of which the store does not know yet{}",
          pod,
          each.networks(),
          notes.isPresent() ? "" : "; it is cut off until then, as nobody says what it is");
      notes.ifPresent(found -> show(endpoint(pod, each, found)));
    }
  }

  /// Whether there is an address for a pod of this network that asks for nothing. Another IPAM
  /// plugin has to say that itself.
  boolean isReadyFor(CniConfig config) {
    List<Reserved> free = journal.free();
    return isOnFor(config)
        && (!config.ipam().assignIpv4() || has(free, IpFamily.IPV4))
        && (!config.ipam().assignIpv6() || has(free, IpFamily.IPV6));
  }

  private static boolean has(List<Reserved> free, IpFamily family) {
    return free.stream().anyMatch(each -> each.address().family() == family);
  }

  /// A pod came or went: there may be more to book, or less.
  void news() {
    hasNews.set(true);
  }

  boolean hasNews() {
    return hasNews.get();
  }

  void takeNews() {
    hasNews.set(false);
  }

  // ---- a pod comes

  /// A pod with its addresses, and what felix is to be told of it.
  record Taken(ReservedPod pod, WorkloadEndpoint endpoint) {}

  /// What was said of a pod that may come.
  record Said(PodNotes notes, PodAsks asks) {}

  /// Nothing is booked or written down by this.
  ///
  /// @throws ReserveException if the pod needs what only the store can say or do
  /// @throws CniException if what the pod asks for cannot be, with the store or without
  Said admit(PodIdentity pod, CniRequest request, CniConfig config) throws ReserveException {
    refuse(ReserveChoice.obstacle(pod, request, config));
    refuse(
        told(pod)
            .map(
                found ->
                    "container %s has %s by what the store said"
                        .formatted(pod.containerId(), found.spec().ipNetworks())));
    Optional<PodNotes> notes = notes(pod, config);
    if (notes.isEmpty()) {
      throw new ReserveException(
          "the store has not told of pod %s before it went away".formatted(pod));
    }
    PodAsks asks = PodAsks.of(notes.get(), config);
    refuse(ReserveChoice.obstacle(asks));
    refuse(
        journal
            .find(request, config)
            .filter(earlier -> earlier.isBegun() && !config.ipam().isOurs())
            .map(
                earlier ->
                    "the store may know that container %s has %s, which '%s' would give to others"
                        .formatted(pod.containerId(), earlier.given(), config.ipam().type())));
    return new Said(notes.get(), asks);
  }

  /// Gives a pod addresses. They are its own on the disk when this returns; an ADD that is repeated
  /// gets the same.
  ///
  /// @throws ReserveException if there is none left
  Taken take(PodIdentity pod, CniRequest request, CniConfig config, Said said)
      throws ReserveException {
    Optional<ReservedPod> earlier = journal.find(request, config);
    ReservedPod taken =
        earlier.isPresent()
            ? earlier.get()
            : journal.take(
                request,
                config,
                said.asks().mac().orElseGet(pod::mac),
                ReserveChoice.wanted(pod, config, said.asks(), said.notes()));
    return new Taken(taken, endpoint(pod, taken, said.notes()));
  }

  /// The same for addresses that another IPAM plugin has given.
  Taken note(PodIdentity pod, CniRequest request, CniConfig config, Said said, List<Cidr> given) {
    ReservedPod noted = journal.note(request, config, said.asks().mac().orElseGet(pod::mac), given);
    return new Taken(noted, endpoint(pod, noted, said.notes()));
  }

  /// What the store told of this very container.
  private Optional<WorkloadEndpoint> told(PodIdentity pod) {
    return local.told(pod.endpointKey()).filter(pod::owns);
  }

  /// Whether the container has something, by what the store told or by what is noted here.
  boolean isKnown(PodIdentity pod, CniRequest request, CniConfig config) {
    return journal.find(request, config).isPresent() || told(pod).isPresent();
  }

  private static void refuse(Optional<String> obstacle) throws ReserveException {
    if (obstacle.isPresent()) {
      throw new ReserveException(obstacle.get());
    }
  }

  private Optional<PodNotes> notes(PodIdentity pod, CniConfig config) {
    Optional<PodNotes> told = local.notes(pod.endpointKey(), pod.namespace(), pod.pod());
    return told.map(notes -> config.isKubernetesPolicy() ? notes : PodNotes.NONE);
  }

  /// Under a revision that no store gives.
  private WorkloadEndpoint endpoint(PodIdentity pod, ReservedPod taken, PodNotes notes) {
    PodAsks asks = PodAsks.of(notes, taken.config());
    WorkloadEndpoint endpoint =
        EndpointPlan.endpoint(
            pod, taken.config(), taken.networks(), taken.mac(), asks, notes.endpoint());
    return endpoint.withMetadata(
        endpoint.metadata().withResourceVersion("not-stored-" + pod.containerId()));
  }

  /// Has felix make its policy.
  void show(WorkloadEndpoint endpoint) {
    shown.add(endpoint.key());
    local.put(endpoint);
  }

  // ---- a pod goes

  Optional<ReservedPod> find(CniRequest request, CniConfig config) {
    return journal.find(request, config);
  }

  Stream<String> interfacesOf(String container) {
    return journal.pods().stream()
        .map(ReservedPod::request)
        .filter(request -> request.containerId().equals(container))
        .map(CniRequest::interfaceName);
  }

  /// The same pod's, of other containers.
  List<ReservedPod> older(PodIdentity pod) {
    return journal.pods().stream()
        .filter(
            each -> PodIdentity.of(each.request(), node).endpointKey().equals(pod.endpointKey()))
        .filter(each -> !each.request().containerId().equals(pod.containerId()))
        .toList();
  }

  /// Has felix forget it.
  void hide(PodIdentity pod) {
    if (shown.contains(pod.endpointKey())) {
      local.remove(pod.endpointKey(), pod.containerId());
    }
  }

  /// Forgets a pod that is unplugged. Its addresses are the reserve's again, unless the store may
  /// know of it.
  ///
  /// @return whether the store may know some of it, which is still to be taken out of there
  boolean forget(ReservedPod pod) {
    if (pod.isBegun()) {
      journal.finish(pod);
    } else {
      journal.drop(pod);
    }
    return pod.isBegun();
  }

  // ---- the store is back

  /// Tells the store what a normal ADD would have told it. May be done again after it was
  /// interrupted.
  ///
  /// @return why the pod cannot stay; empty if the store knows it now
  /// @throws dev.brindle.datastore.DatastoreException if the store is away still, or again
  /// @throws CniException code 11 if it has to be tried again
  Optional<String> settle(PodIdentity pod, ReservedPod taken) {
    store.checkReady();
    journal.begin(taken);
    CniConfig config = taken.config();
    String handle = pod.handle(config.name());
    for (Reserved address : taken.addresses()) {
      if (!allocator.handOver(address, node, handle, pod.ownerNotes(clock.instant()))) {
        return Optional.of(
            "%s was booked for it under sequence number %d, and is now %s"
                .formatted(address.address(), address.sequence(), holder(address)));
      }
    }
    try {
      boolean isNoted = pod.isKubernetes() && config.isKubernetesPolicy();
      PodNotes notes = isNoted ? store.notes(pod) : PodNotes.NONE;
      if (!config.isKubernetesPolicy()) {
        store.createIfMissing(EndpointPlan.networkProfile(pod, config));
      }
      PodAsks asks = PodAsks.of(notes, config);
      local.stored(
          store.put(
              EndpointPlan.endpoint(
                  pod, config, taken.networks(), taken.mac(), asks, notes.endpoint())));
    } catch (CniException e) {
      if (e.error().code() == TRY_AGAIN_LATER) {
        throw e;
      }
      return Optional.of(e.error().message());
    }
    journal.finish(taken);
    return Optional.empty();
  }

  private String holder(Reserved address) {
    return allocator
        .assignment(address.address())
        .map(held -> "held by '%s' under %d".formatted(held.handle(), held.sequence()))
        .orElse("free");
  }

  /// Gives back what the store knows of a pod that cannot stay, and forgets it.
  void abandon(PodIdentity pod, ReservedPod taken) {
    if (taken.config().ipam().isOurs()) {
      allocator.releaseByHandle(pod.handle(taken.config().name()));
    }
    journal.finish(taken);
    abandoned.incrementAndGet();
  }

  /// How many could not stay, since the daemon began.
  public long abandoned() {
    return abandoned.get();
  }
}
