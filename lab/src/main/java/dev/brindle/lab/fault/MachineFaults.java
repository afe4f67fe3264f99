// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Other programs of the machine, and their files.
final class MachineFaults {

  private MachineFaults() {}

  /// A shell under that name, which waits for a word that we never say and ends with us.
  static void calicoRuns(Patient patient) throws IOException {
    Path program = patient.directory().resolve("calico-node");
    Files.createSymbolicLink(program, Path.of("/bin/sh"));
    patient.later(() -> Files.deleteIfExists(program));
    Process process =
        new ProcessBuilder(
                patient.host().command(List.of(program.toString(), "-c", "read -r word; true")))
            .redirectErrorStream(true)
            .start();
    patient.later(() -> process.destroyForcibly().waitFor());
  }

  static void cniFileFirst(Patient patient) throws IOException {
    patient.machineFile(
        "etc/cni/net.d/05-cilium.conflist", "{\"plugins\":[{\"type\":\"cilium-cni\"}]}\n");
    patient.machineFile(
        "etc/cni/net.d/10-calico.conflist", "{\"plugins\":[{\"type\":\"calico\"}]}\n");
  }

  /// As manifests for Calico have it.
  static void cniBandwidth(Patient patient) throws IOException {
    patient.machineFile(
        "etc/cni/net.d/20-bandwidth.conflist",
        """
        {"cniVersion": "1.0.0", "name": "k8s-pod-network", "plugins": [
          {"type": "calico", "ipam": {"type": "calico-ipam"}},
          {"type": "bandwidth", "capabilities": {"bandwidth": true}}]}
        """);
  }

  static void manager(Patient patient) throws IOException {
    patient.machineFile("run/NetworkManager/no-stub-resolv.conf", "");
  }

  static void networkd(Patient patient) throws IOException {
    patient.machineFile("run/systemd/netif/state", "");
  }
}
