// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.MacAddress;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.cni.pod.EndpointPlan;
import dev.brindle.cni.pod.PairPlan;
import dev.brindle.cni.pod.PodAsks;
import dev.brindle.cni.pod.PodIdentity;
import dev.brindle.cni.pod.PodPlan;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.cni.protocol.CniRequest;
import dev.brindle.cni.protocol.CniResult;
import dev.brindle.cni.protocol.IpamResult;
import dev.brindle.datastore.PodNotes;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One ADD while the store is there: its steps in their order, and what takes them back. For one
/// call and one thread.
final class PlugIn {

  private final Hands hands;
  private final PodIdentity pod;
  private final CniRequest request;
  private final CniConfig config;
  private final PodIpam ipam;
  private final Undo undo = new Undo();
  private final StepTimes times = new StepTimes(System::nanoTime);

  /// Who does the steps, for all pods.
  record Hands(EndpointStore store, PodLinks links, PodPlans plans, PolicyWait policy) {}

  /// What is there before felix has done the rest.
  private record Plugged(
      PodPlan plan, MacAddress mac, IpamResult assigned, WorkloadEndpoint endpoint) {}

  PlugIn(Hands hands, PodIdentity pod, CniRequest request, CniConfig config, PodIpam ipam) {
    this.hands = hands;
    this.pod = pod;
    this.request = request;
    this.config = config;
    this.ipam = ipam;
  }

  /// Once. When this returns, the pod's policy is in the kernel.
  ///
  /// @throws CniException what failed; all steps are undone
  CniResult run() throws InterruptedException {
    boolean isDone = false;
    try {
      Plugged plugged = plug();
      hands.policy.await(pod, plugged.endpoint, config);
      times.done("policy");
      isDone = true;
      return result(plugged);
    } finally {
      if (!isDone) {
        undo.run();
      }
    }
  }

  StepTimes times() {
    return times;
  }

  private CniResult result(Plugged plugged) {
    return new CniResult(
        plugged.plan.hostInterface(),
        plugged.plan.podInterface(),
        plugged.mac,
        plugged.plan.mtu(),
        request.namespacePath(),
        plugged.assigned.addresses(),
        plugged.assigned);
  }

  private Plugged plug() throws InterruptedException {
    EndpointStore store = hands.store;
    if (!config.isKubernetesPolicy()) {
      store.createIfMissing(EndpointPlan.networkProfile(pod, config));
    }
    PodNotes notes = notes();
    PodAsks asks = PodAsks.of(notes, config);
    undo.remember("book addresses of " + pod, () -> ipam.release(pod));
    Optional<WorkloadEndpoint> known = store.find(pod.endpointKey());
    MacAddress mac = asks.mac().orElseGet(pod::mac);
    try (PodLinks.Plug plug = hands.links.plug(mac, request.namespacePath())) {
      if (known.isEmpty()) { // felix would take the pair for that of an older container
        makeAhead(plug, ipam.families(asks));
      }
      IpamResult assigned = ipam.assign(pod, notes, asks, earlier(known));
      List<Cidr> given = assigned.addresses();
      times.done("addresses");
      PodPlan plan = hands.plans.of(plug.plan(), pod, config, given);
      if (plug.plan().isEmpty()) {
        begin(plug, plan.pair());
      }
      plug.awaitAhead(); // felix finds the pair there then, and does all that is to do in one round
      undo.remember(
          "write endpoint of " + pod, () -> store.remove(pod.endpointKey(), pod.containerId()));
      // before the rest, so that felix works out and programs the policy meanwhile
      WorkloadEndpoint endpoint =
          store.put(EndpointPlan.endpoint(pod, config, given, mac, asks, notes.endpoint()), known);
      times.done("endpoint");
      plug.complete(plan);
      times.done("interfaces");
      return new Plugged(plan, mac, assigned, endpoint);
    }
  }

  private PodNotes notes() {
    return pod.isKubernetes() && config.isKubernetesPolicy()
        ? hands.store.notes(pod)
        : PodNotes.NONE;
  }

  /// What an earlier call of this container was given.
  private List<Cidr> earlier(Optional<WorkloadEndpoint> known) {
    return known.filter(pod::owns).map(found -> found.spec().ipNetworks()).orElse(List.of());
  }

  /// @param families none if only who assigns the addresses knows
  private void makeAhead(PodLinks.Plug plug, Set<IpFamily> families) {
    if (!families.isEmpty()) {
      begin(plug, hands.plans.pair(pod, config, families));
      plug.makeAhead();
    }
  }

  private void begin(PodLinks.Plug plug, PairPlan plan) {
    plug.begin(plan);
    undo.remember("plug " + pod, () -> hands.links.unplugHost(plan.hostInterface()));
  }
}
