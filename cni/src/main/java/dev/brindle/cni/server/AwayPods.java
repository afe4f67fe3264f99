// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.api.net.Cidr;
import dev.brindle.cni.pod.PodIdentity;
import dev.brindle.cni.pod.PodPlan;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.cni.protocol.CniRequest;
import dev.brindle.cni.protocol.CniResult;
import dev.brindle.cni.protocol.IpamResult;
import dev.brindle.datastore.DatastoreException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;

/// Plugs and unplugs pods while the store is away, and makes it true when it is back. The caller
/// has the pod's turn.
record AwayPods(
    ReservedPods pods,
    EndpointStore store,
    PendingDeletes pending,
    PodLinks links,
    PolicyWait policy,
    RefusedAdds refused,
    InstantSource clock,
    Logger log) {

  /// Plugs a pod in if the store is away. When this returns, its policy is in the kernel.
  ///
  /// @param ipam where addresses come from that are not of the reserve
  /// @param planned what to make for addresses
  /// @return empty if the store is there: what was left of the pod is settled, or cleared, then
  /// @throws DatastoreException if the store is away and the reserve is of no help; says why not
  Optional<CniResult> add(
      PodIdentity pod,
      CniRequest request,
      CniConfig config,
      PodIpam ipam,
      Function<List<Cidr>, PodPlan> planned)
      throws InterruptedException {
    String attachment = pod.attachment(config.name());
    if (pending.has(request, config) || pods.isKnown(pod, request, config)) {
      refused.begun(attachment);
    }
    pending.forget(request, config);
    try {
      Optional<CniResult> plugged = plugIfAway(pod, request, config, ipam, planned);
      refused.begun(attachment);
      return plugged;
    } catch (DatastoreException | CniException e) {
      refused.refused(attachment);
      throw e;
    }
  }

  private Optional<CniResult> plugIfAway(
      PodIdentity pod,
      CniRequest request,
      CniConfig config,
      PodIpam ipam,
      Function<List<Cidr>, PodPlan> planned)
      throws InterruptedException {
    if (isAway(config)) {
      try {
        return Optional.of(plug(pod, request, config, ipam, planned));
      } catch (ReserveException e) {
        refuse(e);
      }
    }
    clearOlder(pod);
    if (pods.find(request, config).isPresent()) {
      settle(pod, request, config);
    }
    return Optional.empty();
  }

  /// @return whether the store is away, and there is a reserve for that, or another IPAM plugin
  private boolean isAway(CniConfig config) {
    if (pods.isOnFor(config) && pending.isStoreAway()) {
      return true;
    }
    try {
      store.checkReady();
      return false;
    } catch (DatastoreException e) {
      if (e.isRefusal() || !pods.isOnFor(config)) {
        throw e;
      }
      return true;
    }
  }

  /// Nothing if the store has come back.
  private void refuse(ReserveException why) {
    try {
      store.checkReady();
    } catch (DatastoreException e) {
      throw new DatastoreException(
          "%s; without it: %s".formatted(e.getMessage(), why.getMessage()), e);
    }
  }

  /// As with the store: policy is worked out while the interfaces are made, and before that the pod
  /// is noted as who has the addresses.
  private CniResult plug(
      PodIdentity pod,
      CniRequest request,
      CniConfig config,
      PodIpam ipam,
      Function<List<Cidr>, PodPlan> planned)
      throws InterruptedException, ReserveException {
    if (store.wasLocked()) {
      throw new ReserveException("the cluster was locked when the store was last there");
    }
    ReadinessGates.USUAL.await(config.readinessGates());
    var undo = new Undo();
    boolean isDone = false;
    try {
      Booked booked = book(pod, request, config, ipam, undo);
      ReservedPods.Taken taken = booked.taken();
      clearOlder(pod);
      List<Cidr> given = taken.pod().networks();
      PodPlan plan = planned.apply(given);
      String sandbox = request.namespacePath();
      try (PodLinks.Plug plug = links.plug(taken.pod().mac(), sandbox)) {
        plug.begin(plan.pair());
        undo.remember("plug " + pod, () -> links.unplugHost(plan.hostInterface()));
        undo.remember("tell felix of " + pod, () -> pods.hide(pod));
        pods.show(taken.endpoint());
        plug.complete(plan);
      }
      policy.await(pod, taken.endpoint(), config);
      isDone = true;
      log.warn(
          "pod {} has {} on {} {}: the store is away, and hears of it later",
          pod,
          given,
          plan.hostInterface(),
          config.ipam().isOurs() ? "out of the reserve" : "from " + config.ipam().type());
      return new CniResult(
          plan.hostInterface(),
          plan.podInterface(),
          taken.pod().mac(),
          plan.mtu(),
          sandbox,
          given,
          booked.ipam());
    } finally {
      if (!isDone) {
        undo.run();
      }
    }
  }

  private record Booked(ReservedPods.Taken taken, IpamResult ipam) {}

  /// Addresses, and the pod as who has them on the disk. Another plugin is not run, not even to
  /// take something back, before it is sure that the store knows nothing of the container.
  private Booked book(
      PodIdentity pod, CniRequest request, CniConfig config, PodIpam ipam, Undo undo)
      throws ReserveException {
    ReservedPods.Said said = pods.admit(pod, request, config);
    if (config.ipam().isOurs()) {
      ReservedPods.Taken taken = pods.take(pod, request, config, said);
      undo.remember("note " + pod, () -> forget(taken.pod()));
      return new Booked(taken, IpamResult.of(taken.pod().networks()));
    }
    List<Cidr> earlier = pods.find(request, config).map(ReservedPod::networks).orElse(List.of());
    undo.remember("note " + pod, () -> pods.find(request, config).ifPresent(this::forget));
    undo.remember("book addresses of " + pod, () -> ipam.release(pod));
    IpamResult given = ipam.assign(pod, said.notes(), said.asks(), earlier);
    return new Booked(pods.note(pod, request, config, said, given.addresses()), given);
  }

  /// What the store may know of it goes with a DEL that is finished when the store is back. Another
  /// plugin's address goes with the runtime's DEL alone.
  private void forget(ReservedPod taken) {
    if (pods.forget(taken) && taken.config().ipam().isOurs()) {
      pending.keep(taken.request(), taken.config(), "the store may know of it");
    }
  }

  /// An older container of the pod is gone, or will be: its interface has the same name.
  private void clearOlder(PodIdentity pod) {
    for (ReservedPod older : pods.older(pod)) {
      PodIdentity gone = PodIdentity.of(older.request(), pod.node());
      links.unplugHost(gone.hostInterface());
      pods.hide(gone);
      forget(older);
    }
  }

  /// One came or went while the store was there.
  void news() {
    pods.news();
  }

  /// The names of those that the container has, and that came while the store was away.
  Stream<String> interfacesOf(PodIdentity pod) {
    return pods.interfacesOf(pod.containerId());
  }

  /// Whether another container of the pod has come while the store was away.
  boolean hasOther(PodIdentity pod) {
    return !pods.older(pod).isEmpty();
  }

  /// Unplugs a pod that came while the store was away, or that was refused then.
  ///
  /// @param ipam where addresses come from that are not of the reserve
  /// @return whether that is all there is to do: the store knows nothing of it
  boolean delete(PodIdentity pod, CniRequest request, CniConfig config, PodIpam ipam) {
    boolean isOthers = !config.ipam().isOurs();
    Optional<ReservedPod> taken = pods.find(request, config);
    if (taken.isEmpty()) {
      pods.hide(pod);
      boolean isOwedNothing = refused.isOwedNothing(pod.attachment(config.name()));
      if (isOwedNothing) {
        unplug(request);
        if (isOthers) {
          ipam.release(pod); // what the ADD that failed could not give back
        }
        log.debug("container {} of pod {} was refused: it has nothing", pod.containerId(), pod);
      }
      return isOwedNothing;
    }
    unplug(request);
    links.unplugHost(pod.hostInterface());
    pods.hide(pod);
    boolean isStored = taken.get().isBegun();
    if (isOthers && !isStored) {
      ipam.release(pod); // a DEL that fails here comes again, and finds the note
    }
    forget(taken.get());
    if (!isStored) {
      refused.gone(pod.attachment(config.name()));
    }
    log.info("pod {} is unplugged, which had {}", pod, taken.get().networks());
    return !isStored;
  }

  private void unplug(CniRequest request) {
    if (!request.namespacePath().isEmpty()) {
      links.unplugPod(request.namespacePath(), request.interfaceName());
    }
  }

  /// Tells the store of a pod, if it is still there. One that cannot stay loses its interface.
  void settle(PodIdentity pod, CniRequest request, CniConfig config) {
    Optional<ReservedPod> taken = pods.find(request, config);
    if (taken.isEmpty()) {
      return;
    }
    Optional<String> conflict = pods.settle(pod, taken.get());
    if (conflict.isEmpty()) {
      log.info("pod {} came while the store was away: the store knows it now", pod);
      return;
    }
    links.unplugHost(pod.hostInterface());
    pods.hide(pod);
    String said =
        "came while the store was away and cannot keep %s: %s. Its interface is closed: delete the pod"
            .formatted(taken.get().networks(), conflict.get());
    log.error("pod {} {}", pod, said);
    warn(pod, request, said);
    pods.abandon(pod, taken.get());
  }

  /// It may be said twice, by a daemon that is killed before it has forgotten the pod, but not
  /// never.
  private void warn(PodIdentity pod, CniRequest request, String said) {
    try {
      store.warn(
          pod, request.arg("K8S_POD_UID"), "AddressLost", "This pod " + said, clock.instant());
    } catch (DatastoreException e) {
      if (!e.isRefusal()) {
        throw e;
      }
      log.warn("the Event of pod {} is missing: {}", pod, e.getMessage());
    }
  }

  boolean isReadyWithoutStore(CniConfig config) {
    return pending.isStoreAway() && pods.isReadyFor(config);
  }
}
