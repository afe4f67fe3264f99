// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.api.label.TextHash;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What Calico with its iptables data plane leaves in a cluster when its programs are gone:
/// definitions and resources, and on each node the files, interfaces, routes, neighbours, rules and
/// sets. None of its programs is here; with BGP a BIRD on each node stands for its own.
///
/// ```
///   node i: block 10.244.i.0/26, its tunnel .0, its pods from .1
/// ```
final class EarlierCalico {

  /// What is between nodes.
  enum Between {
    VXLAN,
    IPIP,
    /// With both families.
    BGP;

    boolean hasIpv6() {
      return this == BGP;
    }

    /// The interface whose address is a block's first.
    Optional<String> tunnel() {
      return switch (this) {
        case VXLAN -> Optional.of("vxlan.calico");
        case IPIP -> Optional.of("tunl0");
        case BGP -> Optional.empty();
      };
    }

    private String mode(Between other) {
      return this == other ? "Always" : "Never";
    }
  }

  static final List<String> PROGRAMS =
      List.of("iptables-nft", "iptables-nft-restore", "ipset", "ip", "bridge", "flock");

  private static final List<String> DEFINITIONS =
      List.of(
          "BGPConfiguration bgpconfigurations Cluster",
          "BlockAffinity blockaffinities Cluster",
          "ClusterInformation clusterinformations Cluster",
          "FelixConfiguration felixconfigurations Cluster",
          "GlobalNetworkPolicy globalnetworkpolicies Cluster",
          "IPAMBlock ipamblocks Cluster",
          "IPAMConfig ipamconfigs Cluster",
          "IPAMHandle ipamhandles Cluster",
          "IPPool ippools Cluster",
          "NetworkPolicy networkpolicies Namespaced",
          "Tier tiers Cluster");

  private static final String RESOURCES =
      """
      apiVersion: crd.projectcalico.org/v1
      kind: ClusterInformation
      metadata: {name: default}
      spec: {calicoVersion: v3.31.0, clusterGUID: 0123456789abcdef0123456789abcdef, clusterType: "k8s,bgp,kdd", datastoreReady: true}
      ---
      apiVersion: crd.projectcalico.org/v1
      kind: FelixConfiguration
      metadata: {name: default}
      spec: {bpfConnectTimeLoadBalancing: TCP, bpfLogLevel: "", floatingIPs: Disabled, logSeverityScreen: Info, reportingInterval: 0s}
      ---
      apiVersion: crd.projectcalico.org/v1
      kind: Tier
      metadata: {name: default}
      spec: {order: 1000000, defaultAction: Deny}
      ---
      apiVersion: crd.projectcalico.org/v1
      kind: BGPConfiguration
      metadata: {name: default}
      spec: {nodeMeshMaxRestartTime: TIME_OF_RESTART}
      ---
      apiVersion: crd.projectcalico.org/v1
      kind: IPPool
      metadata: {name: default-ipv4-ippool}
      spec:
        allowedUses: [Workload, Tunnel]
        assignmentMode: Automatic
        blockSize: 26
        cidr: 10.244.0.0/16
        ipipMode: MODE_OF_IPIP
        natOutgoing: true
        nodeSelector: all()
        vxlanMode: MODE_OF_VXLAN
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: calico-config, namespace: kube-system}
      data: {typha_service_name: calico-typha, calico_backend: bird, veth_mtu: "0"}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: calico-typha, namespace: kube-system, labels: {k8s-app: calico-typha}}
      spec:
        ports: [{name: calico-typha, port: 5473, protocol: TCP, targetPort: calico-typha}]
        selector: {k8s-app: calico-typha}
      """;

  private static final String POOL_6 =
      """
      apiVersion: crd.projectcalico.org/v1
      kind: IPPool
      metadata: {name: default-ipv6-ippool}
      spec:
        allowedUses: [Workload, Tunnel]
        assignmentMode: Automatic
        blockSize: 122
        cidr: fd10:244::/48
        ipipMode: Never
        natOutgoing: false
        nodeSelector: all()
        vxlanMode: Never
      """;

  private static final String RULES =
      """
      *raw
      :cali-PREROUTING - [0:0]
      -I PREROUTING -m comment --comment "cali:firstOfRaw" -j cali-PREROUTING
      -A cali-PREROUTING -p udp -m udp --dport 4789 -j NOTRACK
      COMMIT
      *filter
      :KUBE-FORWARD - [0:0]
      :cali-FORWARD - [0:0]
      :cali-INPUT - [0:0]
      :cali-from-wl-dispatch - [0:0]
      :cali-to-wl-dispatch - [0:0]
      :cali-known - [0:0]
      -A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
      -I FORWARD -m comment --comment "cali:firstOfForward" -j cali-FORWARD
      -I INPUT -m comment --comment "cali:firstOfInput" -j cali-INPUT
      -A FORWARD -m comment --comment "cali:lastOfForward" -m comment --comment "Policy explicitly accepted packet." -m mark --mark 0x10000/0x10000 -j ACCEPT
      -A cali-INPUT -p udp -m udp --dport 4789 -m set ! --match-set cali40all-vxlan-net src -j DROP
      -A cali-FORWARD -i cali+ -j cali-from-wl-dispatch
      -A cali-FORWARD -o cali+ -j cali-to-wl-dispatch
      -A cali-from-wl-dispatch -m comment --comment "Unknown interface" -j DROP
      -A cali-to-wl-dispatch -m comment --comment "Unknown interface" -j DROP
      -A cali-known -j MARK --set-xmark 0x10000/0x10000
      COMMIT
      *nat
      :cali-nat-outgoing - [0:0]
      -I POSTROUTING -m comment --comment "cali:firstOfNat" -j cali-nat-outgoing
      -A cali-nat-outgoing -m set --match-set cali40masq-ipam-pools src -m set ! --match-set cali40all-ipam-pools dst -j MASQUERADE
      COMMIT
      """;

  private final Cluster cluster;
  private final Between between;
  private final EarlierSpeakers speakers;
  private final EarlierPods pods;

  EarlierCalico(Cluster cluster, Between between) {
    this.cluster = cluster;
    this.between = between;
    this.speakers = new EarlierSpeakers(cluster);
    this.pods = new EarlierPods(cluster, this);
  }

  Between between() {
    return between;
  }

  /// Definitions of another version than ours, with less in them.
  private static String definition(String kind, String plural, String scope) {
    return """
      ---
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: %2$s.crd.projectcalico.org}
      spec:
        group: crd.projectcalico.org
        names: {kind: %1$s, listKind: %1$sList, plural: %2$s, singular: %4$s}
        preserveUnknownFields: false
        scope: %3$s
        versions:
        - name: v1
          served: true
          storage: true
          schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
      """
        .formatted(kind, plural, scope, kind.toLowerCase(Locale.ROOT));
  }

  private static String conflist(String node) {
    return """
      {"name": "k8s-pod-network", "cniVersion": "1.0.0", "plugins": [
        {"type": "calico", "log_level": "info", "log_file_path": "/var/log/calico/cni/cni.log",
         "datastore_type": "kubernetes", "nodename": "%s", "mtu": 0, "ipam": {"type": "calico-ipam"},
         "policy": {"type": "k8s"}, "kubernetes": {"kubeconfig": "/etc/cni/net.d/calico-kubeconfig"}}]}
      """
        .formatted(node);
  }

  /// Pods can come after this.
  void install() {
    StringBuilder definitions = new StringBuilder();
    for (String each : DEFINITIONS) {
      String[] words = each.split(" ", -1);
      definitions.append(definition(words[0], words[1], words[2]));
    }
    cluster.kubectl(definitions.toString(), "apply", "-f", "-");
    cluster.kubectl("", "wait", "--for=condition=Established", "--timeout=8m", "crd", "--all");
    cluster.kubectl(
        RESOURCES
            .replace("TIME_OF_RESTART", EarlierSpeakers.RESTART.toSeconds() + "s")
            .replace("MODE_OF_IPIP", between.mode(Between.IPIP))
            .replace("MODE_OF_VXLAN", between.mode(Between.VXLAN)),
        "apply",
        "-f",
        "-");
    if (between.hasIpv6()) {
      cluster.kubectl(POOL_6, "apply", "-f", "-");
    }
    cluster.nodes().forEach(this::prepare);
  }

  private int number(String node) {
    return cluster.nodes().indexOf(node) + 1;
  }

  String network(String node) {
    return "10.244." + number(node);
  }

  String network6(String node) {
    return "fd10:244:0:%d::".formatted(number(node));
  }

  String tunnel(String node) {
    return network(node) + ".0";
  }

  private static String address(int number) {
    return "172.18.1." + (10 + number);
  }

  static String hardware(String node) {
    byte[] digest = TextHash.SHA_1.of(node);
    List<String> octets = new ArrayList<>(List.of("66"));
    for (int i = 0; i < 5; i++) {
      octets.add(HexFormat.of().toHexDigits(digest[i]));
    }
    return String.join(":", octets);
  }

  private void prepare(String node) {
    Machine machine = cluster.machine(node);
    machine.write("/etc/cni/net.d/calico-kubeconfig", "# with a token\n");
    machine.write("/var/lib/calico/nodename", node);
    pods.countFrom(node, 0);
    StringBuilder script = new StringBuilder("set -e\n");
    script.append("echo 1 > /proc/sys/net/ipv4/ip_forward\n");
    script.append(
        switch (between) {
          case VXLAN ->
              "ip link add vxlan.calico address %s mtu 1450 type vxlan id 4096 local %s dev eth0 dstport 4789 nolearning%n"
                  .formatted(hardware(node), address(number(node)));
          case IPIP ->
              "ip link show tunl0 || ip link add tunl0 type ipip\nip link set tunl0 mtu 1450\n";
          case BGP -> "";
        });
    between
        .tunnel()
        .ifPresent(
            link ->
                script.append(
                    "ip link set %1$s up%nip address add %2$s/32 dev %1$s%n"
                        .formatted(link, tunnel(node))));
    script.append("ip route add blackhole %s.0/26 proto 80%n".formatted(network(node)));
    for (String other : cluster.nodes()) {
      if (!other.equals(node)) {
        script.append(way(other));
      }
    }
    if (between.hasIpv6()) {
      script.append("echo 1 > /proc/sys/net/ipv6/conf/all/forwarding\n");
      script.append("ip -6 route add blackhole %s/122 proto 80%n".formatted(network6(node)));
    }
    run(node, script.toString());
    List<String> annotations = new ArrayList<>(List.of("annotate", "--overwrite", "node", node));
    annotations.add("projectcalico.org/IPv4Address=%s/24".formatted(address(number(node))));
    if (between.hasIpv6()) {
      annotations.add("projectcalico.org/IPv6Address=%s/64".formatted(cluster.address6(node)));
    }
    if (between.tunnel().isPresent()) {
      annotations.add("%s=%s".formatted(annotation(), tunnel(node)));
    }
    cluster.kubectl("", annotations.toArray(String[]::new));
    takeUp(node);
  }

  /// By BGP nobody but BIRD makes one.
  private String way(String other) {
    return switch (between) {
      case VXLAN ->
          """
          ip neighbour add %1$s lladdr %2$s dev vxlan.calico nud permanent
          bridge fdb add %2$s dev vxlan.calico dst %3$s self permanent
          ip route add %4$s.0/26 via %1$s dev vxlan.calico onlink
          """
              .formatted(tunnel(other), hardware(other), address(number(other)), network(other));
      case IPIP ->
          "ip route add %s.0/26 via %s dev tunl0 onlink proto 12%n"
              .formatted(network(other), address(number(other)));
      case BGP -> "";
    };
  }

  /// What a node says of its tunnel.
  String annotation() {
    return "projectcalico.org/IPv4%sTunnelAddr".formatted(between);
  }

  /// Its agent, its speaker and its plugin begin to work on a node, where others may have worked
  /// meanwhile.
  void takeUp(String node) {
    StringBuilder sets = new StringBuilder("set -e\n");
    for (String set : List.of("all-vxlan-net", "masq-ipam-pools", "all-ipam-pools")) {
      sets.append("ipset create -exist cali40%s hash:net%n".formatted(set));
    }
    sets.append("ipset add -exist cali40masq-ipam-pools 10.244.0.0/16\n");
    sets.append("ipset add -exist cali40all-ipam-pools 10.244.0.0/16\n");
    cluster.nodes().stream()
        .filter(other -> !other.equals(node))
        .map(other -> "ipset add -exist cali40all-vxlan-net %s%n".formatted(cluster.address(other)))
        .forEach(sets::append);
    run(node, sets.toString());
    Machine machine = cluster.machine(node);
    machine.run(List.of(Programs.path("iptables-nft-restore"), "--noflush"), Map.of(), RULES).ok();
    run(node, EarlierPods.KNOWN);
    pods.install(node);
    machine.write("/etc/cni/net.d/10-calico.conflist", conflist(node));
    if (between == Between.BGP) {
      speakers.begin(node, network(node) + ".0/26", network6(node) + "/122");
    }
  }

  EarlierSpeakers speakers() {
    return speakers;
  }

  EarlierPods pods() {
    return pods;
  }

  /// Stands for what its agent makes of a policy that lets no stranger in.
  void keepOut(String node, List<String> strangers, List<String> servers) {
    StringBuilder script = new StringBuilder("set -e\n");
    for (String stranger : strangers) {
      for (String server : servers) {
        script.append(
            "iptables-nft -w -I cali-known -s %s -d %s -m comment --comment cali:policy -j DROP%n"
                .formatted(stranger, server));
      }
    }
    run(node, script.toString());
  }

  private String run(String node, String script) {
    return cluster.machine(node).run(List.of("sh", "-c", script), Map.of(), "").ok().out();
  }

  /// What of it is still on a node, as iptables and ipset show it.
  String left(String node) {
    return cluster
        .machine(node)
        .run(
            List.of(
                "sh",
                "-c",
                "for t in raw mangle nat filter; do iptables-nft -t $t -S; done | grep cali; ipset list -n | grep cali; true"),
            Map.of(),
            "")
        .ok()
        .out();
  }

  /// What others have beside it.
  String others(String node) {
    return cluster
        .machine(node)
        .run(List.of(Programs.path("iptables-nft"), "-S", "FORWARD"), Map.of(), "")
        .ok()
        .out();
  }

  JsonNode node(String name) throws IOException {
    return cluster.api().get("/api/v1/nodes/" + name);
  }
}
