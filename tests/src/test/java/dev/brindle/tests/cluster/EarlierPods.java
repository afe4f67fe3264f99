// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Pods of an earlier Calico: what stands for its plugin, and its books.
final class EarlierPods {

  private static final int BLOCK = 64;
  private static final String PODS = "/var/lib/earlier-calico";

  /// What its agent makes of pods that are there: all may talk.
  static final String KNOWN =
      """
      for host in $(ip -o link | grep -o 'cali[0-9a-f]\\{11\\}'); do
        iptables-nft -w -I cali-from-wl-dispatch -i "$host" -m comment --comment cali:fromThatOne -g cali-known
        iptables-nft -w -I cali-to-wl-dispatch -o "$host" -m comment --comment cali:toThatOne -g cali-known
      done
      """;

  /// What its plugin does besides with two families.
  private static final String PLUG_6 =
      """
      address6=NETWORK6$(printf %x $((last + 1)))
      ips="$ips"', {"address": "'"$address6"'/128"}'
      echo 1 > "/proc/sys/net/ipv6/conf/$host/proxy_ndp"
      echo 1 > "/proc/sys/net/ipv6/conf/$host/forwarding"
      ip -n "$inside" address add "$address6/128" dev "$CNI_IFNAME" nodad
      ip -n "$inside" route add default via fe80::ecee:eeff:feee:eeee dev "$CNI_IFNAME" onlink
      ip -6 route add "$address6" dev "$host" metric 1024
      """;

  private final Cluster cluster;
  private final EarlierCalico calico;

  EarlierPods(Cluster cluster, EarlierCalico calico) {
    this.cluster = cluster;
    this.calico = calico;
  }

  /// The next pod of a node has the address after this one of its block.
  void countFrom(String node, int ordinal) {
    cluster.machine(node).write(PODS + "/last", ordinal + "\n");
  }

  void install(String node) {
    Machine machine = cluster.machine(node);
    machine.write("/opt/cni/bin/calico.new", plugin(node));
    String script =
        "chmod 755 /opt/cni/bin/calico.new && mv /opt/cni/bin/calico.new /opt/cni/bin/calico";
    machine.run(List.of("sh", "-c", script), Map.of(), "").ok();
  }

  /// Stands for its plugin: the same interface, addresses and routes.
  private String plugin(String node) {
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
      ips='{"address": "'"$address"'/32"}'
      address6=
      %3$s
      echo "$namespace $pod $CNI_CONTAINERID $address $address6" > "%1$s/pod-$address"
      echo '{"cniVersion": "1.0.0", "interfaces": [{"name": "'"$host"'"}], "ips": ['"$ips"']}'
      """
        .formatted(
            PODS,
            calico.network(node),
            calico.between().hasIpv6() ? PLUG_6.replace("NETWORK6", calico.network6(node)) : "");
  }

  /// One pod, as the plugin wrote it down.
  ///
  /// @param address6 empty without IPv6
  private record Plugged(
      String namespace, String pod, String container, String address, String address6) {

    /// As the pod's annotation says them.
    String addresses() {
      return address + "/32" + (address6.isEmpty() ? "" : "," + address6 + "/128");
    }

    String handle() {
      return "k8s-pod-network." + container;
    }

    int ordinal() {
      return Integer.parseInt(address.substring(address.lastIndexOf('.') + 1));
    }
  }

  /// Writes what Calico's plugin would have written of the pods of a node.
  void book(String node) {
    Map<Integer, Plugged> pods = new TreeMap<>();
    plugged(node).forEach(pod -> pods.put(pod.ordinal(), pod));
    String first = calico.network(node) + ".0/26";
    String first6 = calico.network6(node) + "/122";
    boolean isDual = calico.between().hasIpv6();
    StringBuilder books = new StringBuilder(block(node, first, pods));
    if (isDual) {
      books.append(block(node, first6, pods));
    }
    String counts =
        isDual ? "{%s: 1, '%s': 1}".formatted(first, first6) : "{%s: 1}".formatted(first);
    pods.values().forEach(pod -> books.append(handle(pod.handle(), counts)));
    if (calico.between().tunnel().isPresent()) {
      books.append(handle(tunnelHandle(node), "{%s: 1}".formatted(first)));
    }
    cluster.kubectl(books.toString(), "apply", "-f", "-");
    for (Plugged pod : pods.values()) {
      cluster.kubectl(
          "",
          "annotate",
          "--overwrite",
          "pod",
          "-n",
          pod.namespace(),
          pod.pod(),
          "cni.projectcalico.org/containerID=" + pod.container(),
          "cni.projectcalico.org/podIP=%s/32".formatted(pod.address()),
          "cni.projectcalico.org/podIPs=" + pod.addresses());
    }
  }

  private List<Plugged> plugged(String node) {
    try (Stream<Path> files = Files.list(cluster.machine(node).file(PODS))) {
      List<Plugged> found = new ArrayList<>();
      for (Path file : files.filter(each -> each.toString().contains("/pod-")).toList()) {
        String[] words = Files.readString(file, StandardCharsets.UTF_8).split("[ \n]", -1);
        found.add(new Plugged(words[0], words[1], words[2], words[3], words[4]));
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String handle(String handle, String counts) {
    return """
    ---
    apiVersion: crd.projectcalico.org/v1
    kind: IPAMHandle
    metadata: {name: %1$s, annotations: {projectcalico.org/metadata: "{}"}}
    spec: {handleID: %1$s, deleted: false, block: %2$s}
    """
        .formatted(handle, counts);
  }

  private String kind() {
    return calico.between().name().toLowerCase(Locale.ROOT);
  }

  private String tunnelHandle(String node) {
    return "%s-tunnel-addr-%s".formatted(kind(), node);
  }

  /// @param cidr all of it
  private String block(String node, String cidr, Map<Integer, Plugged> pods) {
    List<String> allocations = new ArrayList<>();
    List<String> free = new ArrayList<>();
    StringBuilder attributes = new StringBuilder();
    for (int i = 0; i < BLOCK; i++) {
      Plugged pod = pods.get(i);
      boolean isTunnel = i == 0 && calico.between().tunnel().isPresent();
      if (!isTunnel && pod == null) {
        allocations.add("null");
        free.add(Integer.toString(i));
        continue;
      }
      allocations.add(Integer.toString(allocations.size() - free.size()));
      attributes.append(
          pod == null
              ? "  - handle_id: %s%n    secondary: {node: %s, type: %sTunnelAddress}%n"
                  .formatted(tunnelHandle(node), node, kind())
              : "  - handle_id: %s%n    secondary: {namespace: %s, node: %s, pod: %s, timestamp: 2026-01-02 03:04:05.678901234 +0000 UTC}%n"
                  .formatted(pod.handle(), pod.namespace(), node, pod.pod()));
    }
    return """
    ---
    apiVersion: crd.projectcalico.org/v1
    kind: BlockAffinity
    metadata: {name: %1$s-%2$s, annotations: {projectcalico.org/metadata: "{}"}}
    spec: {cidr: '%3$s', deleted: "false", node: %1$s, state: confirmed, type: host}
    ---
    apiVersion: crd.projectcalico.org/v1
    kind: IPAMBlock
    metadata: {name: %2$s, annotations: {projectcalico.org/metadata: "{}"}}
    spec:
      affinity: host:%1$s
      cidr: '%3$s'
      deleted: false
      strictAffinity: false
      sequenceNumber: 7
      sequenceNumberForAllocation: {}
      allocations: [%4$s]
      unallocated: [%5$s]
      attributes:
    %6$s"""
        .formatted(
            node,
            cidr.replaceAll("[.:/]", "-"),
            cidr,
            String.join(", ", allocations),
            String.join(", ", free),
            attributes);
  }
}
