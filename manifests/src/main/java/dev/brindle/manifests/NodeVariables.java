// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

/// The environment of the daemon: named and meant as calico/node's.
final class NodeVariables {

  private NodeVariables() {}

  static Variables of(Flavour flavour) {
    var variables = new Variables();
    store(variables, flavour);
    variables
        .set(
            "WAIT_FOR_DATASTORE",
            "true",
            "Wait for the store at the start, instead of ending and being started later and later.")
        .ofPod("NODENAME", "spec.nodeName", "The node is called as in Kubernetes.")
        .ofConfig("CALICO_NETWORKING_BACKEND", "calico_backend", false, "")
        .set(
            "CLUSTER_TYPE",
            flavour.backend().equals("bird") ? "k8s,bgp" : "k8s",
            "For people: ClusterInformation shows it.");
    address(variables, flavour);
    pools(variables, flavour);
    felix(variables, flavour);
    return variables;
  }

  private static void store(Variables variables, Flavour flavour) {
    if (flavour.hasEtcd()) {
      variables.set("DATASTORE_TYPE", "etcdv3", "");
      etcd(variables);
      return;
    }
    variables.set("DATASTORE_TYPE", "kubernetes", "");
    if (flavour == Flavour.POLICY_ONLY) {
      variables.set(
          "USE_POD_CIDR", "true", "Addresses of pods are out of spec.podCIDR of their Node.");
    }
  }

  /// Empty paths count as not set, so without TLS nothing has to be changed.
  static void etcd(Variables variables) {
    variables
        .ofConfig("ETCD_ENDPOINTS", "etcd_endpoints", false, "")
        .ofConfig("ETCD_CA_CERT_FILE", "etcd_ca", false, "")
        .ofConfig("ETCD_CERT_FILE", "etcd_cert", false, "")
        .ofConfig("ETCD_KEY_FILE", "etcd_key", false, "");
  }

  private static void address(Variables variables, Flavour flavour) {
    if (flavour == Flavour.POLICY_ONLY) {
      return; // with no networking of ours the node needs none
    }
    variables
        .set(
            "IP",
            "autodetect",
            "The node's address towards the others: found on its interfaces, or said here for all of them.")
        .offer(
            "IP_AUTODETECTION_METHOD",
            "first-found",
            """
            How it is found: first-found, can-reach=HOST, interface=REGEX, skip-interface=REGEX or cidr=CIDR. Nodes with
            several networks want one of the latter.
            """)
        .offer("IP6", "autodetect", "For IPv6, too; then also FELIX_IPV6SUPPORT below.");
  }

  private static void pools(Variables variables, Flavour flavour) {
    if (!flavour.hasPools()) {
      variables.set(
          "NO_DEFAULT_POOLS", "true", "Pools would only say which traffic is masqueraded.");
      return;
    }
    variables
        .offer(
            "CALICO_IPV4POOL_CIDR",
            "192.168.0.0/16",
            """
            The network that pods have their addresses of, on a cluster that has no IPPool yet; later it changes nothing
            (change IPPools then). It must be the one that Kubernetes was set up with (kubeadm init --pod-network-cidr,
            k3s --cluster-cidr) and hold no address of a node. Not set: what kubeadm was told; else 192.168.0.0/16, or, where
            nodes have addresses of that, the first free one of 172.16.0.0/16 to 172.31.0.0/16.
            """)
        .set("CALICO_IPV4POOL_IPIP", flavour.ipip(), encapsulation(flavour))
        .set("CALICO_IPV4POOL_VXLAN", flavour.vxlan(), "")
        .offer("CALICO_IPV4POOL_BLOCK_SIZE", "26", "Addresses go to nodes in blocks: 64 of them.")
        .offer(
            "CALICO_IPV4POOL_NAT_OUTGOING",
            "true",
            "Whether what pods say to the world comes from their node's address.")
        .offer("CALICO_IPV6POOL_CIDR", "fd00:10:244::/48", "The same for IPv6.");
  }

  private static String encapsulation(Flavour flavour) {
    return flavour == Flavour.VXLAN
        ? "Never: this manifest has no BGP, which IPIP needs."
        : """
        Whether packets between nodes are wrapped: Always, CrossSubnet (only between nodes of different subnets) or
        Never. One of IPIP and VXLAN at most.
        """;
  }

  private static void felix(Variables variables, Flavour flavour) {
    if (flavour.hasPools()) {
      variables
          .ofConfig(
              "FELIX_IPINIPMTU", "veth_mtu", false, "0: the network's less what wrapping takes.")
          .ofConfig("FELIX_VXLANMTU", "veth_mtu", false, "");
    }
    variables
        .set(
            "FELIX_DEFAULTENDPOINTTOHOSTACTION",
            "ACCEPT",
            "What pods say to their own node is let through, once policy of theirs allows it.")
        .set("FELIX_IPV6SUPPORT", "false", "true for pods with IPv6 addresses.")
        .set("FELIX_HEALTHENABLED", "true", "The probes below ask there.")
        .offer("FELIX_LOGSEVERITYSCREEN", "Info", "Debug, Info, Warning or Error.")
        .offer(
            "BRINDLE_SECRETS_DIR",
            "/etc/brindle/secrets",
            """
            Where passwords of BGP neighbours are: mount each Secret that a BGPPeer names at DIRECTORY/NAME. The daemon
            may not read Secrets by itself.
            """);
  }
}
