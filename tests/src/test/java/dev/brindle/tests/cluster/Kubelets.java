// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What runs the pods of the nodes, and Brindle.
enum Kubelets {
  /// A stand-in for kubelet and containerd; Brindle as processes.
  STAND_IN,

  /// kubelet and containerd; Brindle as processes.
  KUBELET,

  /// kubelet and containerd; Brindle's own image and a manifest of ours. These are the manifests,
  /// the first without the IPIP that it comes with, and with it.
  MANIFEST,
  IPIP,
  VXLAN,
  POLICY_ONLY,
  ETCD;

  /// Which of them to run, joined by commas; without it each class runs its own choice.
  private static final String CHOICE = "BRINDLE_TEST_CLUSTERS";

  /// @param usual those of a class
  /// @return those of them that are to run
  static List<Kubelets> chosen(Kubelets... usual) {
    String choice = System.getenv().getOrDefault(CHOICE, "");
    return choice.isBlank()
        ? List.of(usual)
        : Stream.of(usual)
            .filter(
                List.of(choice.split(",", -1)).stream().map(Kubelets::valueOf).toList()::contains)
            .toList();
  }

  /// Skips the test where something is missing.
  void need() {
    if (this == STAND_IN) {
      return;
    }
    Programs.need(RealKubelet.PROGRAMS);
    if (this == POLICY_ONLY) {
      assumeTrue(RealKubelet.hasHostLocal(), "no CNI plugin host-local");
    }
    if (this == IPIP) {
      LinkKinds.needIpip();
    }
    if (this == ETCD) {
      Programs.need(List.of("etcdctl"));
    }
    ControlGroups.need();
    if (this != KUBELET) {
      ManifestNetwork.need();
    }
  }

  /// What its nodes say they run pods by.
  String runtime() {
    return this == STAND_IN ? "stand-in:" : "containerd:";
  }

  /// The interface by which packets go from node to node; empty if that is the nodes' own.
  Optional<String> tunnel() {
    return switch (this) {
      case IPIP -> Optional.of("tunl0");
      case VXLAN -> Optional.of("vxlan.calico");
      default -> Optional.empty();
    };
  }

  /// Those that a machine of this name has to have.
  ControlGroups groups(String machine) {
    return this == STAND_IN ? ControlGroups.NONE : ControlGroups.make(machine);
  }

  /// @param address of the node
  /// @param echo what pods run
  /// @param base where logs go
  Kubelet start(Machine machine, Authority authority, String address, Path echo, Path base) {
    if (this == STAND_IN) {
      return StandInKubelet.start(
          machine,
          new Api(authority, machine.name()),
          address,
          echo,
          base.resolve("kubelet-%s.log".formatted(machine.name())));
    }
    try {
      Path place = Files.createTempDirectory(base, "image");
      return RealKubelet.start(machine, authority, address, EchoImage.make(echo, place), base);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// @param plugins the directory of the CNI plugins, for who has no image
  Network network(Cluster cluster, Path plugins) {
    return switch (this) {
      case STAND_IN, KUBELET -> new ProcessNetwork(cluster, plugins);
      case MANIFEST -> new ManifestNetwork(cluster, Manifest.main(cluster));
      case IPIP -> new ManifestNetwork(cluster, Manifest.ipip(cluster));
      case VXLAN -> new ManifestNetwork(cluster, Manifest.vxlan(cluster));
      case POLICY_ONLY -> new ManifestNetwork(cluster, Manifest.policyOnly(cluster));
      case ETCD ->
          ManifestNetwork.with(
              cluster, OwnEtcd.start(cluster.control(), Cluster.apiServer(), cluster.base()));
    };
  }
}
