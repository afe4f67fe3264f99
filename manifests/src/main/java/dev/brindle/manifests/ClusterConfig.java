// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.LinkedHashMap;
import java.util.Map;

/// `brindle-config`: what is said once for installer and daemon, by the keys of calico-config.
final class ClusterConfig {

  /// As the image brings it but for IPAM, which is host-local's here.
  private static final String HOST_LOCAL =
      """
      {
        "name": "k8s-pod-network",
        "cniVersion": "1.0.0",
        "plugins": [
          {
            "type": "calico",
            "log_level": "info",
            "datastore_type": "kubernetes",
            "nodename": "__KUBERNETES_NODE_NAME__",
            "mtu": __CNI_MTU__,
            "ipam": {"type": "host-local", "subnet": "usePodCidr"},
            "policy": {"type": "k8s"}
          },
          {
            "type": "portmap",
            "snat": true,
            "capabilities": {"portMappings": true}
          }
        ]
      }
      """;

  /// The built-in one with both families.
  private static final String OFFERED =
      """
      The CNI configuration. Without this key it is calico with calico-ipam for IPv4, then portmap if the node has it.
      With both families, or with other plugins (docs/install.md):
      cni_network_config: |
        {
          "name": "k8s-pod-network",
          "cniVersion": "1.0.0",
          "plugins": [
            {
              "type": "calico",
              "nodename": "__KUBERNETES_NODE_NAME__",
              "mtu": __CNI_MTU__,
              "ipam": {"type": "calico-ipam", "assign_ipv4": "true", "assign_ipv6": "true"},
              "policy": {"type": "k8s"}
            },
            {"type": "portmap", "snat": true, "capabilities": {"portMappings": true}}
          ]
        }
      """;

  private ClusterConfig() {}

  static Manifest of(Flavour flavour) {
    Map<String, String> data = new LinkedHashMap<>();
    var remarks = new Remarks();
    data.put("calico_backend", flavour.backend());
    remarks.at(
        "data.calico_backend",
        "bird: nodes speak BGP. vxlan: VXLAN between nodes. none: no networking between nodes.");
    data.put("veth_mtu", "0");
    remarks.at("data.veth_mtu", "MTU of pods and tunnels. 0: what the node's network leaves.");
    if (flavour.hasEtcd()) {
      data.put("etcd_endpoints", "http://ETCD_IP:2379");
      remarks.at(
          "data.etcd_endpoints",
          "Where etcd is, joined by commas: https://10.0.0.1:2379,https://10.0.0.2:2379");
      data.put("etcd_ca", "");
      data.put("etcd_cert", "");
      data.put("etcd_key", "");
      remarks.at(
          "data.etcd_ca",
          """
          With TLS: /calico-secrets/etcd-ca, /calico-secrets/etcd-cert and /calico-secrets/etcd-key, and the Secret
          brindle-etcd-secrets below filled in.
          """);
    }
    if (flavour == Flavour.POLICY_ONLY) {
      data.put("cni_network_config", HOST_LOCAL);
      remarks.at(
          "data.cni_network_config",
          "The CNI configuration; __NAMES__ are filled in by the installer.");
    } else {
      remarks.at("data.", OFFERED);
    }
    var object =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName(Names.CONFIG)
            .withNamespace(Names.NAMESPACE)
            .endMetadata()
            .withData(data)
            .build();
    return new Manifest(object, remarks);
  }

  /// Empty, for people to fill in.
  static Manifest etcdSecret() {
    var remarks =
        new Remarks()
            .at(
                "type",
                """
                What the files hold, in base64 (base64 -w 0 FILE):
                data:
                  etcd-ca: ...
                  etcd-cert: ...
                  etcd-key: ...
                """);
    var object =
        new SecretBuilder()
            .withNewMetadata()
            .withName(Names.ETCD_SECRET)
            .withNamespace(Names.NAMESPACE)
            .endMetadata()
            .withType("Opaque")
            .build();
    return new Manifest(object, remarks);
  }
}
