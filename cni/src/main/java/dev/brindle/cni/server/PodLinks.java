// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static dev.brindle.cni.protocol.CniError.Code.INVALID_ENVIRONMENT;

import dev.brindle.api.net.MacAddress;
import dev.brindle.cni.pod.PairPlan;
import dev.brindle.cni.pod.PodPlan;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.model.Link;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out a `PodPlan`.
final class PodLinks {

  private static final Logger LOG = LoggerFactory.getLogger(PodLinks.class);
  private static final int NO_GROUP = 0;

  private final PodKernels kernels;
  private final Departures departures;

  PodLinks(PodKernels kernels) {
    this.kernels = kernels;
    this.departures = new Departures(kernels);
  }

  /// A pod that is to be plugged. Nothing is done yet.
  ///
  /// @param mac of the pod's side
  Plug plug(MacAddress mac, String namespacePath) {
    return new Plug(mac, namespacePath);
  }

  private Kernel openPod(String namespacePath) {
    try {
      return kernels.ofPod(namespacePath);
    } catch (KernelException e) {
      if (!isGone(e.errno())) {
        throw e;
      }
      throw new CniException(
          INVALID_ENVIRONMENT,
          "CNI_NETNS is '%s': expected the network namespace of a container that runs (%s)"
              .formatted(namespacePath, e.getMessage()),
          e);
    }
  }

  /// Takes the pod's side out of its namespace, and the host's with it. What is gone is no error.
  void unplugPod(String namespacePath, String podInterface) {
    try (Kernel pod = kernels.ofPod(namespacePath)) {
      boolean isOurs =
          pod.links().find(podInterface).map(Link::kind).orElse(new Link.Kind.Other(""))
              instanceof Link.Kind.Veth;
      if (isOurs) {
        pod.links().delete(podInterface);
      }
    } catch (KernelException e) {
      if (!isGone(e.errno())) {
        throw e;
      }
    }
  }

  boolean has(String hostInterface) {
    try (Kernel host = kernels.ofHost()) {
      return host.links().find(hostInterface).isPresent();
    }
  }

  /// Takes the host's side out, and the pod's with it: in little more time for many calls at once
  /// than for one. What is gone is no error.
  void unplugHost(String hostInterface) {
    departures.delete(hostInterface);
  }

  /// A pod that is being plugged: the pair of interfaces, then what belongs to its addresses. One
  /// thread's.
  final class Plug implements AutoCloseable {

    private final MacAddress mac;
    private final String namespacePath;
    private Optional<Pair> begun = Optional.empty();
    private Optional<Errand> making = Optional.empty();

    private Plug(MacAddress mac, String namespacePath) {
      this.mac = mac;
      this.namespacePath = namespacePath;
    }

    /// What is begun; empty if nothing is.
    Optional<PairPlan> plan() {
      return begun.map(Pair::plan);
    }

    /// Takes away what is left of an older pair, so that nothing that is written down from then on
    /// is about that one. Once.
    ///
    /// @throws KernelException if that cannot be
    /// @throws CniException if there is no such namespace
    void begin(PairPlan plan) {
      Kernel pod = openPod(namespacePath);
      var pair = new Pair(plan, kernels.ofHost(), pod);
      begun = Optional.of(pair);
      pair.host.links().delete(plan.hostInterface());
    }

    /// Has the pair made while the caller goes on. No route leads to it or out of it yet, and felix
    /// lets nothing through before it knows the pod.
    void makeAhead() {
      Pair pair = begun.orElseThrow();
      making =
          Optional.of(
              new Errand(
                  "making " + pair.plan.hostInterface(), kernels.beside(), () -> make(pair)));
    }

    /// Waits until the pair is made, if that was begun.
    ///
    /// @throws KernelException naming what could not be done; some of it may be there
    void awaitAhead() {
      making.ifPresent(Errand::await);
    }

    /// Makes the pair, if nobody does yet, and all that belongs to its addresses: the host's side
    /// first, as felix waits for that.
    ///
    /// @param plan has the pair that was begun
    /// @throws KernelException as above
    void complete(PodPlan plan) {
      Pair pair = begun.filter(one -> one.plan.equals(plan.pair())).orElseThrow();
      making.ifPresentOrElse(Errand::await, () -> make(pair));
      pair.host.setUp(plan.hostSetup());
      pair.pod.setUp(plan.podSetup());
    }

    /// Both sides are up then, so that felix has the news of them before it works for the pod.
    private void make(Pair pair) {
      PairPlan plan = pair.plan;
      pair.host
          .links()
          .createVeth(
              plan.hostInterface(),
              Optional.of(PodPlan.HOST_MAC),
              plan.mtu(),
              NO_GROUP,
              plan.podInterface(),
              Optional.of(mac),
              namespacePath);
      set(pair.host, plan.hostSettings());
      set(pair.pod, plan.podSettings());
      pair.host.setUp(plan.hostSetup());
      pair.pod.setUp(plan.podSetup());
    }

    /// Waits until the pair is made, or is not.
    @Override
    public void close() {
      making.ifPresent(Errand::end);
      begun.ifPresent(
          pair -> {
            pair.pod.close();
            pair.host.close();
          });
    }
  }

  private record Pair(PairPlan plan, Kernel host, Kernel pod) {}

  private static void set(Kernel kernel, List<PairPlan.Setting> settings) {
    SequencedMap<String, String> values = new LinkedHashMap<>();
    settings.forEach(setting -> values.put(setting.path(), setting.value()));
    Map<String, KernelException> failures = kernel.sysctl().writeAll(values);
    for (PairPlan.Setting setting : settings) {
      KernelException failure = failures.get(setting.path());
      if (failure != null && setting.isNeeded()) {
        throw failure;
      }
      if (failure != null) {
        LOG.warn("{} stays as it is: {}", setting.path(), failure.getMessage());
      }
    }
  }

  private static boolean isGone(Errno errno) {
    return errno.equals(Errno.ENOENT) || errno.equals(Errno.ENODEV);
  }
}
