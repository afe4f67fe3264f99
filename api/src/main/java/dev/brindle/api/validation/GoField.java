// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.resource.ResourceKind;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Names of fields as calicoctl's messages have them, which scripts look for: those of the fields
/// of Calico's Go structs. `spec.peerIP` is `PeerIP` there, and `spec.nets[1]` is `Nets[1]`.
final class GoField {

  private static final String SPEC = "spec";
  private static final String METADATA = "metadata";

  /// Words that Go writes in capitals where a name begins with them.
  private static final Set<String> INITIALISMS =
      Set.of(
          "as", "aws", "bgp", "bpf", "cidr", "dns", "dscp", "http", "icmp", "id", "ip", "ipip",
          "mac", "mtu", "nat", "tcp", "tls", "ttl", "udp", "uid", "url", "vxlan", "xdp");

  /// Fields that Calico calls otherwise than its documents do.
  private static final Map<String, String> RENAMED =
      Map.ofEntries(
          Map.entry("birdV4", "BIRDV4"),
          Map.entry("birdV6", "BIRDV6"),
          Map.entry("bpfConntrackMode", "BPFConntrackCleanupMode"),
          Map.entry("bpfMapSizePerCpuConntrack", "BPFMapSizePerCPUConntrack"),
          Map.entry("externalNodesList", "ExternalNodesCIDRList"),
          Map.entry("nftablesFlowTableDataIfacePattern", "NFTablesFlowTableDataIfacePattern"),
          Map.entry("nftablesFlowTableOffload", "NFTablesFlowTableOffload"),
          Map.entry("nftablesMode", "NFTablesMode"),
          Map.entry("qosControls", "QoSControls"),
          Map.entry("wireguardKeepAlive", "WireguardPersistentKeepAlive"));

  /// `ipv4` of `ipv4Address`, `nat` of `natOutgoing`.
  private static final Pattern FIRST_WORD = Pattern.compile("ipv[46]|[a-z]+");

  /// One of several ports, which is checked by itself.
  private static final Pattern ONE_PORT = Pattern.compile("(ports|notPorts)\\[\\d+]");

  private GoField() {}

  /// @param path as in YAML, also of an item of a list: `items[2].spec.cidr`
  static String of(ResourceKind kind, String path) {
    int dot = dotBefore(path, path.length());
    if (dot < 0) {
      return path.equals(SPEC) ? path : name(path);
    }
    String last = path.substring(dot + 1);
    String parent = path.substring(dotBefore(path, dot) + 1, dot);
    if (parent.equals(METADATA)) {
      return "Metadata." + name(last);
    }
    // the one field that Calico names by its kind
    if (kind == ResourceKind.IP_POOL && parent.equals(SPEC) && last.equals("cidr")) {
      return "IPPool.Spec.CIDR";
    }
    return ONE_PORT.matcher(last).matches() ? "Port" : name(last);
  }

  /// The last dot before that place which is not part of a key: `metadata.labels[a.b/c]` has one.
  private static int dotBefore(String path, int end) {
    int depth = 0;
    for (int i = end - 1; i >= 0; i--) {
      switch (path.charAt(i)) {
        case ']' -> depth++;
        case '[' -> depth--;
        case '.' -> {
          if (depth == 0) {
            return i;
          }
        }
        default -> {}
      }
    }
    return -1;
  }

  private static String name(String field) {
    Matcher first = FIRST_WORD.matcher(field);
    String renamed = RENAMED.get(field);
    if (renamed != null || !first.lookingAt()) {
      return renamed != null ? renamed : field;
    }
    String word = first.group();
    String rest = field.substring(first.end());
    if (word.equals("ipv4") || word.equals("ipv6")) {
      return "IPv" + word.charAt(3) + rest;
    }
    return (INITIALISMS.contains(word)
            ? word.toUpperCase(Locale.ROOT)
            : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
        + rest;
  }
}
