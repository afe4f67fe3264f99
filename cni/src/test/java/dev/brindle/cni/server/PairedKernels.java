// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.Links.LinkNews;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.testing.FakeKernel;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;

/// Kernels in memory, of a host and of pods. The ends of a pair come and go together, as they do in
/// the real one: `eth0` appears in the pod that was opened last.
final class PairedKernels implements PodKernels {

  static final String POD_INTERFACE = "eth0";

  /// What pods' sides are called; may be replaced.
  String podInterface = POD_INTERFACE;

  /// Where pairs are made while their call goes on; may be replaced.
  Executor beside = Runnable::run;

  private final FakeKernel host = new FakeKernel();
  private final Map<String, FakeKernel> pods = new HashMap<>();
  private final Map<String, String> podOf = new HashMap<>();
  private String opened = "";
  private String hostPath = "/proc/self/ns/net";

  PairedKernels() {
    host.links().watch(this::onHost);
  }

  private void onHost(LinkNews news) {
    if (news instanceof LinkNews.Changed(Link link) && !podOf.containsKey(link.name())) {
      podOf.put(link.name(), opened);
      pod(opened)
          .links()
          .add(podInterface, host.links().peerMac(link.name()), link.mtu(), new Link.Kind.Veth());
    }
    if (news instanceof LinkNews.Gone(_, String name)) {
      String pod = podOf.remove(name);
      if (pods.containsKey(pod)) {
        pods.get(pod).links().delete(podInterface);
      }
    }
  }

  private void onPod(String namespacePath, LinkNews news) {
    if (news instanceof LinkNews.Gone _) {
      podOf.entrySet().stream()
          .filter(pair -> pair.getValue().equals(namespacePath))
          .map(Map.Entry::getKey)
          .toList()
          .forEach(host.links()::delete);
    }
  }

  FakeKernel host() {
    return host;
  }

  /// Makes a namespace, unless it is there.
  FakeKernel pod(String namespacePath) {
    return pods.computeIfAbsent(namespacePath, this::made);
  }

  private FakeKernel made(String namespacePath) {
    var pod = new FakeKernel();
    pod.links().watch(news -> onPod(namespacePath, news));
    return pod;
  }

  /// The namespace goes, and all that is in it.
  void end(String namespacePath) {
    pod(namespacePath).links().delete(podInterface);
    pods.remove(namespacePath);
  }

  /// How many pods have an interface.
  long podInterfaces() {
    return pods.values().stream().filter(pod -> pod.links().find(podInterface).isPresent()).count();
  }

  /// From now on this path leads to the host.
  void nameHost(String namespacePath) {
    hostPath = namespacePath;
  }

  @Override
  public boolean isHost(String namespacePath) {
    return namespacePath.equals(hostPath);
  }

  @Override
  public Executor beside() {
    return beside;
  }

  @Override
  public Kernel ofHost() {
    return host;
  }

  @Override
  public Kernel ofPod(String namespacePath) {
    FakeKernel pod = pods.get(namespacePath);
    if (pod == null) {
      throw new KernelException("open namespace " + namespacePath, Errno.ENOENT);
    }
    opened = namespacePath;
    return pod;
  }
}
