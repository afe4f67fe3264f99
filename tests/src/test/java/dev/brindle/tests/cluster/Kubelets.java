// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What runs the pods of the nodes, and Brindle.
enum Kubelets {
  STAND_IN {
    @Override
    void need() {}

    @Override
    String runtime() {
      return "stand-in:";
    }

    @Override
    ControlGroups groups(String machine) {
      return ControlGroups.NONE;
    }

    @Override
    Kubelet start(Machine machine, Authority authority, String address, Path echo, Path base) {
      return StandInKubelet.start(
          machine,
          new Api(authority, machine.name()),
          address,
          echo,
          base.resolve("kubelet-%s.log".formatted(machine.name())));
    }
  },

  KUBELET {
    @Override
    void need() {
      Programs.need(RealKubelet.PROGRAMS);
      assumeTrue(RealKubelet.hasLoopback(), "no CNI plugin loopback (containernetworking-plugins)");
      ControlGroups.need();
    }

    @Override
    String runtime() {
      return "containerd:";
    }

    @Override
    ControlGroups groups(String machine) {
      return ControlGroups.make(machine);
    }

    @Override
    Kubelet start(Machine machine, Authority authority, String address, Path echo, Path base) {
      try {
        Path place = Files.createTempDirectory(base, "image");
        return RealKubelet.start(machine, authority, address, EchoImage.make(echo, place), base);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  },

  /// The same, with Brindle's own image and manifest.
  MANIFEST {
    @Override
    void need() {
      KUBELET.need();
      ManifestNetwork.need();
    }

    @Override
    String runtime() {
      return KUBELET.runtime();
    }

    @Override
    ControlGroups groups(String machine) {
      return KUBELET.groups(machine);
    }

    @Override
    Kubelet start(Machine machine, Authority authority, String address, Path echo, Path base) {
      return KUBELET.start(machine, authority, address, echo, base);
    }

    @Override
    Network network(Cluster cluster, Path plugins) {
      return new ManifestNetwork(cluster);
    }
  };

  /// Skips the test where something is missing.
  abstract void need();

  /// What its nodes say they run pods by.
  abstract String runtime();

  /// Those that a machine of this name has to have.
  abstract ControlGroups groups(String machine);

  /// @param address of the node
  /// @param echo what pods run
  /// @param base where logs go
  abstract Kubelet start(
      Machine machine, Authority authority, String address, Path echo, Path base);

  /// @param plugins the directory of the CNI plugins, for who has no image
  Network network(Cluster cluster, Path plugins) {
    return new ProcessNetwork(cluster, plugins);
  }
}
