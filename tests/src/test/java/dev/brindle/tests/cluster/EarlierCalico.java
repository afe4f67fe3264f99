// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.api.label.TextHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What Calico, with VXLAN and its iptables data plane, leaves in a cluster when its programs are
/// gone: definitions and resources, and on each node the files, interfaces, routes, neighbours,
/// rules and sets. None of its programs is here.
///
/// ```
///   node i: block 10.244.i.0/26, its tunnel .0, its pods from .1
/// ```
final class EarlierCalico {

  static final List<String> PROGRAMS =
      List.of("iptables-nft", "iptables-nft-restore", "ipset", "ip", "bridge", "flock");

  private static final int BLOCK = 64;
  private static final String PODS = "/var/lib/earlier-calico";

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
      kind: IPPool
      metadata: {name: default-ipv4-ippool}
      spec:
        allowedUses: [Workload, Tunnel]
        assignmentMode: Automatic
        blockSize: 26
        cidr: 10.244.0.0/16
        ipipMode: Never
        natOutgoing: true
        nodeSelector: all()
        vxlanMode: Always
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

  EarlierCalico(Cluster cluster) {
    this.cluster = cluster;
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

  /// Stands for its plugin: the same interface, addresses and routes.
  private static String plugin(String network) {
    return """
      #!/bin/sh
      set -eu
      word() { echo "$CNI_ARGS" | tr ';' '\\n' | sed -n "s/^$1=//p"; }
      namespace=$(word K8S_POD_NAMESPACE); pod=$(word K8S_POD_NAME)
      host=cali$(printf %%s "$namespace.$pod" | sha1sum | cut -c1-11)
      inside=${CNI_NETNS##*/}
      if [ "$CNI_COMMAND" != ADD ]; then
        ip link delete "$host" 2>/dev/null || true
        exit 0
      fi
      exec 9> %1$s/lock
      flock 9
      last=$(cat %1$s/last)
      echo $((last + 1)) > %1$s/last
      address=%2$s.$((last + 1))
      ip link add "$host" mtu 1450 type veth peer name "$CNI_IFNAME" mtu 1450 netns "$inside"
      ip link set "$host" address ee:ee:ee:ee:ee:ee up
      echo 1 > "/proc/sys/net/ipv4/conf/$host/proxy_arp"
      echo 0 > "/proc/sys/net/ipv4/neigh/$host/proxy_delay"
      echo 1 > "/proc/sys/net/ipv4/conf/$host/forwarding"
      ip -n "$inside" link set "$CNI_IFNAME" up
      ip -n "$inside" address add "$address/32" dev "$CNI_IFNAME"
      ip -n "$inside" route add 169.254.1.1 dev "$CNI_IFNAME" scope link
      ip -n "$inside" route add default via 169.254.1.1
      ip route add "$address" dev "$host" scope link metric 1024
      iptables-nft -w -I cali-from-wl-dispatch -i "$host" -m comment --comment cali:fromThatOne -g cali-known
      iptables-nft -w -I cali-to-wl-dispatch -o "$host" -m comment --comment cali:toThatOne -g cali-known
      echo "$namespace $pod $CNI_CONTAINERID $address" > "%1$s/pod-$address"
      echo '{"cniVersion": "1.0.0", "interfaces": [{"name": "'"$host"'"}], "ips": [{"address": "'"$address"'/32"}]}'
      """
        .formatted(PODS, network);
  }

  /// Pods can come after this.
  void install() {
    StringBuilder definitions = new StringBuilder();
    for (String each : DEFINITIONS) {
      String[] words = each.split(" ", -1);
      definitions.append(definition(words[0], words[1], words[2]));
    }
    cluster.kubectl(definitions.toString(), "apply", "-f", "-");
    cluster.kubectl("", "wait", "--for=condition=Established", "--timeout=60s", "crd", "--all");
    cluster.kubectl(RESOURCES, "apply", "-f", "-");
    cluster.nodes().forEach(this::prepare);
  }

  private int number(String node) {
    return cluster.nodes().indexOf(node) + 1;
  }

  private String network(String node) {
    return "10.244." + number(node);
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
    machine.write(PODS + "/last", "0\n");
    machine.write("/opt/cni/bin/calico", plugin(network(node)));
    StringBuilder script = new StringBuilder("set -e\nchmod 755 /opt/cni/bin/calico\n");
    script.append("echo 1 > /proc/sys/net/ipv4/ip_forward\n");
    script.append(
        """
        ip link add vxlan.calico address %s mtu 1450 type vxlan id 4096 local %s dev eth0 dstport 4789 nolearning
        ip link set vxlan.calico up
        ip address add %s/32 dev vxlan.calico
        ip route add blackhole %s.0/26 proto 80
        ipset create cali40all-vxlan-net hash:net
        ipset create cali40masq-ipam-pools hash:net
        ipset create cali40all-ipam-pools hash:net
        ipset add cali40masq-ipam-pools 10.244.0.0/16
        ipset add cali40all-ipam-pools 10.244.0.0/16
        """
            .formatted(hardware(node), address(number(node)), tunnel(node), network(node)));
    for (String other : cluster.nodes()) {
      if (!other.equals(node)) {
        script.append(
            """
            ip neighbour add %1$s lladdr %2$s dev vxlan.calico nud permanent
            bridge fdb add %2$s dev vxlan.calico dst %3$s self permanent
            ip route add %4$s.0/26 via %1$s dev vxlan.calico onlink
            ipset add cali40all-vxlan-net %3$s
            """
                .formatted(tunnel(other), hardware(other), address(number(other)), network(other)));
      }
    }
    machine.run(List.of("sh", "-c", script.toString()), Map.of(), "").ok();
    machine.run(List.of(Programs.path("iptables-nft-restore")), Map.of(), RULES).ok();
    cluster.kubectl(
        "",
        "annotate",
        "node",
        node,
        "projectcalico.org/IPv4Address=%s/24".formatted(address(number(node))),
        "projectcalico.org/IPv4VXLANTunnelAddr=" + tunnel(node));
    machine.write("/etc/cni/net.d/10-calico.conflist", conflist(node));
  }

  /// One pod, as the plugin wrote it down.
  private record Plugged(String namespace, String pod, String container, String address) {

    String handle() {
      return "k8s-pod-network." + container;
    }

    int ordinal() {
      return Integer.parseInt(address.substring(address.lastIndexOf('.') + 1));
    }
  }

  /// Writes what Calico's plugin would have written of the pods there are.
  void book() {
    for (String node : cluster.nodes()) {
      Map<Integer, Plugged> pods = new TreeMap<>();
      plugged(node).forEach(pod -> pods.put(pod.ordinal(), pod));
      cluster.kubectl(booked(node, pods), "apply", "-f", "-");
      for (Plugged pod : pods.values()) {
        cluster.kubectl(
            "",
            "annotate",
            "pod",
            "-n",
            pod.namespace(),
            pod.pod(),
            "cni.projectcalico.org/containerID=" + pod.container(),
            "cni.projectcalico.org/podIP=%s/32".formatted(pod.address()),
            "cni.projectcalico.org/podIPs=%s/32".formatted(pod.address()));
      }
    }
  }

  private List<Plugged> plugged(String node) {
    try (Stream<Path> files = Files.list(cluster.machine(node).file(PODS))) {
      List<Plugged> found = new ArrayList<>();
      for (Path file : files.filter(each -> each.toString().contains("/pod-")).toList()) {
        String[] words = Files.readString(file, StandardCharsets.UTF_8).strip().split(" ", -1);
        found.add(new Plugged(words[0], words[1], words[2], words[3]));
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String booked(String node, Map<Integer, Plugged> pods) {
    List<String> allocations = new ArrayList<>();
    List<String> free = new ArrayList<>();
    StringBuilder attributes = new StringBuilder();
    StringBuilder handles = new StringBuilder();
    for (int i = 0; i < BLOCK; i++) {
      Plugged pod = pods.get(i);
      if (i > 0 && pod == null) {
        allocations.add("null");
        free.add(Integer.toString(i));
        continue;
      }
      allocations.add(Integer.toString(allocations.size() - free.size()));
      String handle = pod == null ? "vxlan-tunnel-addr-" + node : pod.handle();
      attributes.append("  - handle_id: %s%n".formatted(handle));
      attributes.append(
          pod == null
              ? "    secondary: {node: %s, type: vxlanTunnelAddress}%n".formatted(node)
              : "    secondary: {namespace: %s, node: %s, pod: %s, timestamp: 2026-01-02 03:04:05.678901234 +0000 UTC}%n"
                  .formatted(pod.namespace(), node, pod.pod()));
      handles.append(
          """
          ---
          apiVersion: crd.projectcalico.org/v1
          kind: IPAMHandle
          metadata: {name: %1$s, annotations: {projectcalico.org/metadata: "{}"}}
          spec: {handleID: %1$s, deleted: false, block: {%2$s.0/26: 1}}
          """
              .formatted(handle, network(node)));
    }
    String block = network(node).replace('.', '-') + "-0-26";
    return """
    apiVersion: crd.projectcalico.org/v1
    kind: BlockAffinity
    metadata: {name: %1$s-%2$s, annotations: {projectcalico.org/metadata: "{}"}}
    spec: {cidr: %3$s.0/26, deleted: "false", node: %1$s, state: confirmed, type: host}
    ---
    apiVersion: crd.projectcalico.org/v1
    kind: IPAMBlock
    metadata: {name: %2$s, annotations: {projectcalico.org/metadata: "{}"}}
    spec:
      affinity: host:%1$s
      cidr: %3$s.0/26
      deleted: false
      strictAffinity: false
      sequenceNumber: 7
      sequenceNumberForAllocation: {}
      allocations: [%4$s]
      unallocated: [%5$s]
      attributes:
    %6$s%7$s"""
        .formatted(
            node,
            block,
            network(node),
            String.join(", ", allocations),
            String.join(", ", free),
            attributes,
            handles);
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
