// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.ArrayList;
import java.util.List;

/// What of a node the daemon and the installer see.
final class HostPlaces {

  static final String ETCD = "etcd-certs";

  private static final int OWNER_AND_GROUP_READ = 0440;

  private HostPlaces() {}

  /// @param pod the place of the pod in its object
  static List<Volume> volumes(Flavour flavour, Remarks remarks, String pod) {
    remarks
        .at(
            pod + ".volumes[cni-bin-dir]",
            "Where the container runtime looks for plugins and configurations; some have them elsewhere (docs/install.md).")
        .at(pod + ".volumes[run-brindle]", "The CNI plugin reaches the daemon here.")
        .at(
            pod + ".volumes[run-netns]",
            "Network namespaces of pods, as containerd and CRI-O name them.")
        .at(
            pod + ".volumes[var-lib-brindle]",
            "The node's name, and the MTU of pods, for the next start.")
        .at(
            pod + ".volumes[proc-sys-net]",
            """
            A container that is not privileged may not write below its own /proc/sys. These are the settings of networks
            alone; each thread sees those of the network namespace that it is in.
            """)
        .at(
            pod + ".volumes[tmp]",
            "Native libraries are unpacked here; the rest of the image is read-only.");
    List<Volume> volumes = new ArrayList<>();
    volumes.add(host("cni-bin-dir", "/opt/cni/bin", "DirectoryOrCreate"));
    volumes.add(host("cni-net-dir", "/etc/cni/net.d", "DirectoryOrCreate"));
    volumes.add(host("run-brindle", "/run/brindle", "DirectoryOrCreate"));
    volumes.add(host("run-netns", "/var/run/netns", "DirectoryOrCreate"));
    volumes.add(host("var-lib-brindle", "/var/lib/brindle", "DirectoryOrCreate"));
    volumes.add(host("var-lib-calico", "/var/lib/calico", "DirectoryOrCreate"));
    volumes.add(host("proc-sys-net", "/proc/sys/net", "Directory"));
    volumes.add(scratch());
    if (flavour.hasEtcd()) {
      volumes.add(etcd());
    }
    return volumes;
  }

  private static Volume host(String name, String path, String type) {
    return new VolumeBuilder()
        .withName(name)
        .withNewHostPath()
        .withPath(path)
        .withType(type)
        .endHostPath()
        .build();
  }

  static Volume scratch() {
    return new VolumeBuilder()
        .withName("tmp")
        .withNewEmptyDir()
        .withSizeLimit(new Quantity("64Mi"))
        .endEmptyDir()
        .build();
  }

  static Volume etcd() {
    return new VolumeBuilder()
        .withName(ETCD)
        .withNewSecret()
        .withSecretName(Names.ETCD_SECRET)
        .withDefaultMode(OWNER_AND_GROUP_READ)
        .endSecret()
        .build();
  }
}
