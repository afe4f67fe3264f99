// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static dev.brindle.cni.protocol.CniError.Code.INVALID_ENVIRONMENT;

import dev.brindle.api.net.MacAddress;
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

/// Carries out a `PodPlan`, in the order that Calico does it.
final class PodLinks {

  private static final Logger LOG = LoggerFactory.getLogger(PodLinks.class);
  private static final int NO_GROUP = 0;

  private final PodKernels kernels;
  private final Departures departures;

  PodLinks(PodKernels kernels) {
    this.kernels = kernels;
    this.departures = new Departures(kernels);
  }

  /// Begins to plug a pod: takes away what is left of an older pair, so that nothing that is
  /// written down from then on is about that one.
  ///
  /// @param mac of the pod's side
  /// @throws KernelException if that cannot be
  /// @throws CniException if there is no such namespace
  Plug begin(PodPlan plan, MacAddress mac, String namespacePath) {
    Kernel pod = openPod(namespacePath);
    var plug = new Plug(kernels.ofHost(), pod, plan, mac, namespacePath);
    try {
      plug.host.links().delete(plan.hostInterface());
      return plug;
    } catch (RuntimeException e) {
      plug.close();
      throw e;
    }
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

  /// A pod that is being plugged.
  static final class Plug implements AutoCloseable {

    private final Kernel host;
    private final Kernel pod;
    private final PodPlan plan;
    private final MacAddress mac;
    private final String namespacePath;

    private Plug(Kernel host, Kernel pod, PodPlan plan, MacAddress mac, String namespacePath) {
      this.host = host;
      this.pod = pod;
      this.plan = plan;
      this.mac = mac;
      this.namespacePath = namespacePath;
    }

    /// Makes the pair, and all that belongs to it: the host's side first, as felix waits for that.
    ///
    /// @throws KernelException naming what could not be done; some of it may be there
    void insert() {
      host.links()
          .createVeth(
              plan.hostInterface(),
              Optional.of(PodPlan.HOST_MAC),
              plan.mtu(),
              NO_GROUP,
              plan.podInterface(),
              Optional.of(mac),
              namespacePath);
      set(host, plan.hostSettings());
      set(pod, plan.podSettings());
      host.setUp(plan.hostSetup());
      pod.setUp(plan.podSetup());
    }

    @Override
    public void close() {
      pod.close();
      host.close();
    }
  }

  private static void set(Kernel kernel, List<PodPlan.Setting> settings) {
    SequencedMap<String, String> values = new LinkedHashMap<>();
    settings.forEach(setting -> values.put(setting.path(), setting.value()));
    Map<String, KernelException> failures = kernel.sysctl().writeAll(values);
    for (PodPlan.Setting setting : settings) {
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
