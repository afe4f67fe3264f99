// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

/// What there is a file for.
public enum Flavour {
  KUBERNETES(
      "brindle",
      "kubernetes",
      """
      Brindle: addresses, routes and policy for a cluster, with Kubernetes as the store. Nodes tell each other over
      BGP where their pods are, and packets between nodes are wrapped in IPIP (CALICO_IPV4POOL_IPIP below).
      """),
  ETCD(
      "brindle-etcd",
      "etcd",
      """
      Brindle with an etcd of its own as the store, in Calico's layout. Before it is applied: say in brindle-config
      where etcd is, and, where it speaks TLS, fill in the Secret brindle-etcd-secrets.

      Kubernetes' NetworkPolicies count because brindle-controllers write them into etcd, as Calico's do: one of them
      must run. Calico's own policies are applied with calicoctl.
      """),
  VXLAN(
      "brindle-vxlan",
      "vxlan",
      """
      Brindle without BGP: packets between nodes of different subnets are wrapped in VXLAN (UDP 4789), for networks
      that know neither BGP nor IPIP. Kubernetes is the store.
      """),
  POLICY_ONLY(
      "brindle-policy-only",
      "policy-only",
      """
      Brindle for policy only: somebody else (a cloud's route table, a router) knows which node has which podCIDR and
      brings packets there. Each node's pods have addresses of spec.podCIDR of its Node, given out by host-local, and
      Brindle plugs them in and decides what they may say to whom. kube-controller-manager must run with
      --allocate-node-cidrs, and the CNI project's plugins (host-local) must be on each node.
      """);

  private final String file;
  private final String word;
  private final String purpose;

  Flavour(String file, String word, String purpose) {
    this.file = file;
    this.word = word;
    this.purpose = purpose;
  }

  /// `brindle-vxlan.yaml`.
  public String file() {
    return file + ".yaml";
  }

  /// As the chart and the overlays call it.
  public String word() {
    return word;
  }

  /// A few lines for people.
  String purpose() {
    return purpose;
  }

  boolean hasEtcd() {
    return this == ETCD;
  }

  /// `CALICO_NETWORKING_BACKEND`.
  String backend() {
    return switch (this) {
      case KUBERNETES, ETCD -> "bird";
      case VXLAN -> "vxlan";
      case POLICY_ONLY -> "none";
    };
  }

  /// Whether pods have addresses of our IPAM.
  boolean hasPools() {
    return this != POLICY_ONLY;
  }

  String ipip() {
    return this == VXLAN ? "Never" : "Always";
  }

  String vxlan() {
    return this == VXLAN ? "CrossSubnet" : "Never";
  }
}
